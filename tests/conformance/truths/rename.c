/* rename WAY OLD NEW [FLAGS]: renames a file and says where it lay before and lies after. */
#include "files.h"

int main(int argc, char **argv)
{
	char *old = argv[2], *new = argv[3];
	int from, to, fd;
	long result;

	{
		/* A slash behind the name of a directory is allowed by rename, not by O_NOFOLLOW on a link. */
		char *plain = strdup(old);

		while (strlen(plain) > 1 && plain[strlen(plain) - 1] == '/')
			plain[strlen(plain) - 1] = 0;
		fd = look(plain);
	}
	remember(0, fd);
	from = directory_of(argv[1], &old);
	to = directory_of(argv[1], &new);
	if (!strcmp(argv[1], "rename"))
		result = returned(syscall(SYS_rename, old, new));
	else if (!strcmp(argv[1], "renameat"))
		result = returned(syscall(SYS_renameat, from, old, to, new));
	else
		result = returned(syscall(SYS_renameat2, from, old, to, new, argc > 4 ? atoi(argv[4]) : 0));
	remember(1, fd);
	tell();
	integer("result", result);
	text("old_path", remembered[0]);
	text("new_path", remembered[1]);
	told();
	return 0;
}
