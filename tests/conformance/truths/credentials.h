/* The credentials of the calling thread, in the order of struct cred in the catalogue. */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include "truth.h"
#include <sys/prctl.h>

static unsigned long long capability_set(const char *status, const char *name)
{
	const char *row = strstr(status, name);

	return row ? strtoull(row + strlen(name), NULL, 16) : 0;
}

static void credentials(const char *name)
{
	static const char *const sets[] = { "CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:" };
	unsigned users[4] = {}, groups[4] = {};
	char status[8192];
	struct stat namespace = {};
	size_t length = contents("/proc/thread-self/status", status, sizeof(status) - 1);

	status[length] = 0;
	/* real, effective, saved, file system */
	sscanf(strstr(status, "\nUid:") + 5, "%u %u %u %u", users, users + 1, users + 2, users + 3);
	sscanf(strstr(status, "\nGid:") + 5, "%u %u %u %u", groups, groups + 1, groups + 2, groups + 3);
	stat("/proc/thread-self/ns/user", &namespace);
	key(name);
	fprintf(line, "[%u,%u,%u,%u,%u,%u,%u,%u,%llu,%d", users[0], groups[0], users[2], groups[2], users[1],
		groups[1], users[3], groups[3], (unsigned long long)namespace.st_ino, prctl(PR_GET_SECUREBITS));
	for (int i = 0; i < 5; i++)
		fprintf(line, ",%llu", capability_set(status, sets[i]));
	fputc(']', line);
}

#endif
