/* mount SOURCE TARGET TYPE FLAGS [DATA]: mounts, in a mount namespace of its own; "-" is a null
 * pointer. */
#include "files.h"
#include <sched.h>
#include <sys/mount.h>

static char *or_null(char *word)
{
	return strcmp(word, "-") ? word : NULL;
}

int main(int argc, char **argv)
{
	long result;
	int fd;

	must(!unshare(CLONE_NEWNS), "unshare");
	fd = open(argv[2], O_PATH);
	if (fd >= 0)
		remember(0, fd);
	result = returned(syscall(SYS_mount, or_null(argv[1]), argv[2], or_null(argv[3]), strtoul(argv[4], NULL, 0),
				  argc > 5 ? argv[5] : NULL));
	tell();
	integer("result", result);
	text("path", fd >= 0 ? remembered[0] : NULL);
	told();
	return 0;
}
