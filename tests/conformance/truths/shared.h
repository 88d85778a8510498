/* Another thread that shares the process's memory and descriptors, where SHARED is in the environment. */
#ifndef SHARED_H
#define SHARED_H

#include "truth.h"
#include <pthread.h>

static void *stay(void *nothing)
{
	pause();
	return nothing;
}

static void share_where_asked(void)
{
	pthread_t thread;

	if (getenv("SHARED"))
		must(!pthread_create(&thread, NULL, stay, NULL), "pthread_create");
}

#endif
