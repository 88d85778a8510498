/* link WAY OLD NEW FLAGS: gives a file another name, and says where the old and the new one lie.
 * With the way `descriptor`, OLD is opened and linked by its descriptor. */
#include "files.h"

int main(int argc, char **argv)
{
	char *old = argv[2], *new = argv[3];
	char *whole_old = strdup(old), *whole_new = strdup(new);
	int from = directory_of(argv[1], &old), to = directory_of(argv[1], &new), flags = strtol(argv[4], NULL, 0), fd;
	long result;

	/* What the flags lead to. */
	fd = open(whole_old, O_PATH | O_CLOEXEC | (flags & AT_SYMLINK_FOLLOW ? 0 : O_NOFOLLOW));
	must(fd >= 0, whole_old);
	remember(0, fd);
	if (!strcmp(argv[1], "link"))
		result = returned(syscall(SYS_link, old, new));
	else if (!strcmp(argv[1], "descriptor"))
		result = returned(syscall(SYS_linkat, fd, "", AT_FDCWD, new, AT_EMPTY_PATH));
	else
		result = returned(syscall(SYS_linkat, from, old, to, new, flags));
	if (result == 0)
		remember(1, look(whole_new));
	tell();
	integer("result", result);
	text("old_path", result ? NULL : remembered[0]);
	text("new_path", result ? NULL : remembered[1]);
	identity_of(fd);
	told();
	return 0;
}
