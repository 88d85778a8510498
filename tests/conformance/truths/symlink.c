/* symlink WAY TARGET LINK: creates a symbolic link and says where it lies. */
#include "files.h"

int main(int argc, char **argv)
{
	char *link = argv[3];
	char *whole = strdup(link);
	int directory = directory_of(argv[1], &link);
	long result;

	if (!strcmp(argv[1], "symlink"))
		result = returned(syscall(SYS_symlink, argv[2], link));
	else
		result = returned(syscall(SYS_symlinkat, argv[2], directory, link));
	if (result == 0)
		remember(0, look(whole));
	tell();
	integer("result", result);
	text("linkpath", result ? NULL : remembered[0]);
	text("target", argv[2]);
	told();
	return 0;
}
