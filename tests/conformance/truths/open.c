/* open WAY PATH FLAGS: opens a file and says which one that was. */
#include "files.h"
#include <linux/openat2.h>

int main(int argc, char **argv)
{
	const char *way = argv[1];
	char *path = argv[2];
	int flags = argc > 3 ? strtol(argv[3], NULL, 0) : 0;
	struct open_how how = { .flags = flags, .mode = flags & O_CREAT ? 0600 : 0 };
	int directory = directory_of(argv[1], &path);
	long fd = -1;

	if (!strcmp(way, "open"))
		fd = returned(syscall(SYS_open, path, flags, 0600));
	else if (!strcmp(way, "creat"))
		fd = returned(syscall(SYS_creat, path, 0600));
	else if (!strcmp(way, "openat"))
		fd = returned(syscall(SYS_openat, directory, path, flags, 0600));
	else if (!strcmp(way, "openat2"))
		fd = returned(syscall(SYS_openat2, directory, path, &how, sizeof(how)));
	tell();
	integer("result", fd);
	text("given", path);
	if (fd >= 0) {
		remember(0, fd);
		text("pathname", remembered[0]);
		integer("flags", fcntl(fd, F_GETFL));
		identity_of(fd);
	}
	told();
	return 0;
}
