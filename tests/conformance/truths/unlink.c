/* unlink WAY PATH [OTHER]: removes a name. With OTHER, another name of the same file, nothing holds
 * the name that is removed; else a descriptor does. */
#include "files.h"

int main(int argc, char **argv)
{
	char *path = argv[2];
	int fd = look(path), directory;
	long result;

	remember(0, fd);
	if (argc > 3) {
		int other = look(argv[3]);

		close(fd);
		fd = other;
	}
	directory = directory_of(argv[1], &path);
	if (!strcmp(argv[1], "unlink"))
		result = returned(syscall(SYS_unlink, path));
	else
		result = returned(syscall(SYS_unlinkat, directory, path, 0));
	tell();
	integer("result", result);
	text("pathname", remembered[0]);
	identity_of(fd);
	told();
	return 0;
}
