/* crowd OPERATION ROUNDS DIRECTORY: several threads on one CPU make the same system call again and again,
 * each with a file of its own: the first one with DIRECTORY/0. Where the kernel preempts, one of them is
 * interrupted in the middle of a program that watches, and the others go on. */
#include "truth.h"
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define THREADS 6

static const char *directory;
static int rounds;
static pthread_barrier_t start;
static void (*operation)(const char *path);

static void do_setfsuid(const char *path)
{
	syscall(SYS_setfsuid, getuid());
}

static void do_open(const char *path)
{
	long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);

	must(fd >= 0, "openat");
	close(fd);
}

static void do_chmod(const char *path)
{
	must(!syscall(SYS_chmod, path, 0600), "chmod");
}

static void do_unlink(const char *path)
{
	must(!syscall(SYS_unlink, path), "unlink");
	must(!mknod(path, S_IFREG | 0600, 0), "mknod");
}

static void do_memfd_create(const char *path)
{
	long fd = syscall(SYS_memfd_create, strrchr(path, '/') + 1, 0);

	must(fd >= 0, "memfd_create");
	close(fd);
}

static void do_fork(const char *path)
{
	long child = syscall(SYS_fork);

	if (!child)
		_exit(0);
	must(child > 0, "fork");
	waitpid(child, NULL, 0);
}

static void *work(void *number)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%ld", directory, (long)number);
	pthread_barrier_wait(&start);
	for (int i = 0; i < rounds; i++)
		operation(path);
	return NULL;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*operation)(const char *path);
	} operations[] = {
		{ "setfsuid", do_setfsuid }, { "open", do_open }, { "chmod", do_chmod },
		{ "unlink", do_unlink }, { "memfd_create", do_memfd_create }, { "fork", do_fork },
	};
	pthread_t threads[THREADS];
	cpu_set_t set;

	for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++)
		if (!strcmp(argv[1], operations[i].name))
			operation = operations[i].operation;
	rounds = atoi(argv[2]);
	directory = argv[3];
	pthread_barrier_init(&start, NULL, THREADS);
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	must(!sched_setaffinity(0, sizeof(set), &set), "sched_setaffinity");
	for (long i = 0; i < THREADS; i++) {
		char path[512];

		snprintf(path, sizeof(path), "%s/%ld", directory, i);
		must(!mknod(path, S_IFREG | 0600, 0), "mknod");
	}
	for (long i = 0; i < THREADS; i++)
		must(!pthread_create(&threads[i], NULL, work, (void *)i), "pthread_create");
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	tell();
	integer("threads", THREADS);
	told();
	return 0;
}
