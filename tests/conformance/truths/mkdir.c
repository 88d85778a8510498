/* mkdir WAY PATH MODE: creates a directory and says where it lies. */
#include "files.h"

int main(int argc, char **argv)
{
	char *path = argv[2];
	char *whole = strdup(path);
	int directory = directory_of(argv[1], &path);
	mode_t mode = strtol(argv[3], NULL, 8);
	long result;

	umask(027);
	if (!strcmp(argv[1], "mkdir"))
		result = returned(syscall(SYS_mkdir, path, mode));
	else
		result = returned(syscall(SYS_mkdirat, directory, path, mode));
	if (result == 0)
		remember(0, look(whole));
	tell();
	integer("result", result);
	text("pathname", result ? NULL : remembered[0]);
	told();
	return 0;
}
