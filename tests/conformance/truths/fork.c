/* Creates a child process, or with "thread" a thread, from the leader or (second word "from-thread")
 * from another thread. */
#include "truth.h"
#include <pthread.h>
#include <sys/wait.h>

static int makes_thread;
static int parent_tid, child_tid, child_pid;
static int quit[2];

static void *stay(void *unused)
{
	char byte;

	child_tid = syscall(SYS_gettid);
	read(quit[0], &byte, 1);
	return NULL;
}

static void *create(void *unused)
{
	static pthread_t thread;

	parent_tid = syscall(SYS_gettid);
	if (makes_thread) {
		pthread_create(&thread, NULL, stay, NULL);
		while (!__atomic_load_n(&child_tid, __ATOMIC_ACQUIRE))
			;
		child_pid = getpid();
		return NULL;
	}
	child_pid = child_tid = fork();
	if (!child_pid) {
		stay(NULL);
		_exit(0);
	}
	return NULL;
}

static void start_of(const char *name, int pid, int tid)
{
	char path[64], row[4096], *bracket;
	unsigned long long start = 0;
	size_t length;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	length = contents(path, row, sizeof(row) - 1);
	row[length] = 0;
	bracket = strrchr(row, ')');
	sscanf(bracket + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &start);
	natural(name, start);
}

int main(int argc, char **argv)
{
	pthread_t creator;

	makes_thread = !strcmp(argv[1], "thread");
	pipe(quit);
	if (argc > 2) {
		pthread_create(&creator, NULL, create, NULL);
		/* The creator must live as long as it is looked at: a thread that has ended is still
		 * there only for its process. */
		pthread_join(creator, NULL);
	} else {
		create(NULL);
	}
	tell();
	integer("parent_tid", parent_tid);
	integer("child_tid", child_tid);
	integer("child_pid", child_pid);
	start_of("parent_start", getpid(), argc > 2 ? getpid() : parent_tid);
	start_of("leader_start", child_pid, child_pid);
	start_of("child_start", child_pid, child_tid);
	told();
	write(quit[1], "x", 1);
	if (!makes_thread)
		wait(NULL);
	return 0;
}
