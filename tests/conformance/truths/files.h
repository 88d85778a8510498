/* What a path leads to, asked from the kernel through a descriptor. */
#ifndef FILES_H
#define FILES_H

#include "truth.h"

static char remembered[4][16384];

/* Where descriptor FD lies now, remembered as number SLOT. */
static void remember(int slot, int fd)
{
	char path[64];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	length = readlink(path, remembered[slot], sizeof(remembered[slot]) - 1);
	if (length < 0) {
		must(errno == ENAMETOOLONG, "readlink"); /* the file lies too deep for the kernel to say */
		length = 0;
	}
	remembered[slot][length] = 0;
}

static int look(const char *path)
{
	int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	must(fd >= 0, path);
	return fd;
}

/* A directory's descriptor, for calls that take one: `DIRECTORY//REST` is split in two. */
static int directory_of(const char *way, char **path)
{
	char *split = strstr(way, "at") ? strstr(*path, "//") : NULL;
	int fd;

	if (!split)
		return AT_FDCWD;
	*split = 0;
	fd = open(*path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	must(fd >= 0, *path);
	*path = split + 2;
	return fd;
}

static void identity_of(int fd)
{
	struct stat status;

	must(!fstat(fd, &status), "fstat");
	identity(&status);
}

#endif
