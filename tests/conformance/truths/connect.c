/* connect FAMILY TYPE PROTOCOL ADDRESS [LENGTH]: connects a socket, or bind with the name `bind`. */
#include "addresses.h"

int main(int argc, char **argv)
{
	int fd = socket(atoi(argv[1]), atoi(argv[2]), atoi(argv[3]));
	socklen_t length = read_address(argv[4]);
	long result;

	must(fd >= 0, "socket");
	if (argc > 5)
		length = strtoul(argv[5], NULL, 0);
#ifdef BIND
	result = returned(syscall(SYS_bind, fd, &given, length));
#else
	result = returned(syscall(SYS_connect, fd, &given, length));
#endif
	tell();
	integer("result", result);
	integer("sockfd", fd);
	told();
	return 0;
}
