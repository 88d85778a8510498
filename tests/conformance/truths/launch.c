/* Executes a program in one of the ways there are: launch WAY PROGRAM ARGUMENT... */
#include "truth.h"
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

extern char **environ;

static char **arguments;

static void *execute(void *unused)
{
	prctl(PR_SET_NAME, "thread");
	execv(arguments[0], arguments);
	return NULL;
}

/* A copy of PROGRAM that exists in memory only. */
static int in_memory(const char *program)
{
	static char bytes[4 * 1024 * 1024];
	int fd = memfd_create("in memory", MFD_CLOEXEC);
	size_t length = contents(program, bytes, sizeof(bytes));

	must(fd >= 0 && length && write(fd, bytes, length) == (ssize_t)length, "memfd_create");
	return fd;
}

int main(int argc, char **argv)
{
	const char *way = argv[1];
	pthread_t thread;

	arguments = argv + 2;
	prctl(PR_SET_NAME, "launcher");
	if (!strcmp(way, "plain")) {
		execv(arguments[0], arguments);
	} else if (!strcmp(way, "thread")) {
		pthread_create(&thread, NULL, execute, NULL);
		pthread_join(thread, NULL);
	} else if (!strcmp(way, "vfork")) {
		if (vfork() == 0) {
			execv(arguments[0], arguments);
			_exit(1);
		}
		wait(NULL);
		return 0;
	} else if (!strcmp(way, "memfd")) {
		fexecve(in_memory(arguments[0]), arguments, environ);
	} else if (!strcmp(way, "descriptor")) {
		fexecve(open(arguments[0], O_RDONLY | O_CLOEXEC), arguments, environ);
	} else if (!strcmp(way, "deleted")) {
		int fd = open(arguments[0], O_RDONLY | O_CLOEXEC);

		unlink(arguments[0]);
		fexecve(fd, arguments, environ);
	} else if (!strcmp(way, "no-arguments")) {
		/* The kernel passes an empty string then (5.18). */
		char *nothing[] = { NULL };

		execve(arguments[0], nothing, environ);
	} else if (!strcmp(way, "no-descriptors")) {
		close(0);
		execv(arguments[0], arguments);
	}
	perror("exec");
	return 1;
}
