/* chmod WAY PATH MODE: sets the mode of what PATH leads to. */
#include "files.h"

int main(int argc, char **argv)
{
	char *path = argv[2];
	int mode = strtol(argv[3], NULL, 8);
	int fd = open(path, strcmp(argv[1], "fchmod") ? O_PATH : O_RDONLY), directory;
	long result;

	must(fd >= 0, path);
	remember(0, fd);
	directory = directory_of(argv[1], &path);
	if (!strcmp(argv[1], "chmod"))
		result = returned(syscall(SYS_chmod, path, mode));
	else if (!strcmp(argv[1], "fchmod"))
		result = returned(syscall(SYS_fchmod, fd, mode));
	else if (!strcmp(argv[1], "fchmodat"))
		result = returned(syscall(SYS_fchmodat, directory, path, mode));
	else if (!strcmp(argv[1], "fchmodat2"))
		result = returned(syscall(452, directory, path, mode, 0));
	else /* the file of a descriptor, with no path */
		result = returned(syscall(452, fd, "", mode, 0x1000));
	tell();
	integer("result", result);
	text("pathname", remembered[0]);
	{
		struct stat status;

		must(!fstat(fd, &status), "fstat");
		integer("mode", status.st_mode & 07777);
		identity(&status);
	}
	told();
	return 0;
}
