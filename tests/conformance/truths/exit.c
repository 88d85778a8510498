/* Ends in one of the ways there are. */
#include "truth.h"
#include <pthread.h>
#include <signal.h>

static void *nothing(void *unused)
{
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	tell();
	told();
	if (!strcmp(argv[1], "code"))
		_exit(atoi(argv[2]));
	if (!strcmp(argv[1], "signal"))
		raise(atoi(argv[2]));
	if (!strcmp(argv[1], "fault"))
		*(volatile int *)8 = 1;
	if (!strcmp(argv[1], "thread")) {
		pthread_create(&thread, NULL, nothing, NULL);
		pthread_join(thread, NULL);
		_exit(3);
	}
	return 1;
}
