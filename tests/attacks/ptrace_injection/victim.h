/* Somebody to inject into, harmlessly. */
#include <signal.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child that waits, attached and stopped. */
static pid_t victim(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		alarm(20);
		for (;;)
			pause();
	}
	if (pid < 0 || ptrace(PTRACE_ATTACH, pid, 0, 0) || waitpid(pid, 0, 0) != pid)
		_exit(1);
	return pid;
}

static int release(pid_t pid)
{
	ptrace(PTRACE_DETACH, pid, 0, 0);
	kill(pid, SIGKILL);
	return waitpid(pid, 0, 0) != pid;
}
