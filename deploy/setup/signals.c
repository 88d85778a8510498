/* Lets `make up` end with the exit code of `tracewire up`.
 *
 * On SIGINT or SIGTERM make waits for its child and then kills itself with the same
 * signal, whatever the child's exit code was; and it hands on SIGTERM but not SIGINT.
 * $(hand-on-signals) changes both: from then on make passes either to its children and
 * lives on to report how they ended. GNU make loads this as described under "Loading
 * Dynamic Objects" in its manual; where it cannot, `make up` works as any other target.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int plugin_is_GPL_compatible;

/* As in gnumake.h, which Debian does not install with make. */
typedef char *(*gmk_func_ptr)(const char *name, unsigned int argc, char **argv);
extern void gmk_add_function(const char *name, gmk_func_ptr function, unsigned int min_args, unsigned int max_args,
			     unsigned int flags);

static char children_path[64];

/* Only what a signal handler may do: no allocation, no stdio. */
static void hand_on(int number)
{
	char text[512], *next = text;
	int file = open(children_path, O_RDONLY | O_CLOEXEC);
	ssize_t length = file < 0 ? -1 : read(file, text, sizeof(text) - 1);
	pid_t pid = 0;

	if (file >= 0)
		close(file);
	if (length <= 0)
		return;
	text[length] = '\0';
	for (; *next; next++) {
		if (*next >= '0' && *next <= '9') {
			pid = pid * 10 + (*next - '0');
		} else if (pid > 0) {
			kill(pid, number);
			pid = 0;
		}
	}
}

static char *hand_on_signals(const char *name, unsigned int argc, char **argv)
{
	/* SA_RESTART: make treats an interrupted wait as an error. */
	struct sigaction action = { .sa_handler = hand_on, .sa_flags = SA_RESTART };

	(void)name, (void)argc, (void)argv;
	sigemptyset(&action.sa_mask);
	snprintf(children_path, sizeof(children_path), "/proc/self/task/%d/children", getpid());
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	return NULL;
}

int signals_gmk_setup(const void *location)
{
	(void)location;
	gmk_add_function("hand-on-signals", hand_on_signals, 0, 1, 0);
	return 1;
}
