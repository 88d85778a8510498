/* memfd_create NAME FLAGS: says what the file is called. */
#include "files.h"

int main(int argc, char **argv)
{
	long fd = returned(syscall(SYS_memfd_create, argv[1], strtoul(argv[2], NULL, 0)));

	if (fd >= 0)
		remember(0, fd);
	tell();
	integer("result", fd);
	text("pathname", fd >= 0 ? remembered[0] : NULL);
	told();
	return 0;
}
