/* listen FAMILY TYPE ADDRESS BACKLOG: binds, unless ADDRESS is "-", and listens. */
#include "addresses.h"

int main(int argc, char **argv)
{
	int fd = socket(atoi(argv[1]), atoi(argv[2]), 0);
	long result;

	if (strcmp(argv[3], "-")) {
		socklen_t length = read_address(argv[3]);

		must(!bind(fd, (void *)&given, length), "bind");
	}
	result = returned(syscall(SYS_listen, fd, atoi(argv[4])));
	tell();
	integer("result", result);
	integer("sockfd", fd);
	tell_local("local_addr", fd);
	told();
	return 0;
}
