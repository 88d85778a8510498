/* accept WAY FAMILY ADDRESS [CLIENT]: accepts a connection of its own, from a socket bound to CLIENT. */
#include "addresses.h"

int main(int argc, char **argv)
{
	int family = atoi(argv[2]);
	int server = socket(family, SOCK_STREAM, 0), client = socket(family, SOCK_STREAM, 0);
	struct sockaddr_storage address;
	socklen_t length = read_address(argv[3]);
	long fd;

	must(!bind(server, (void *)&given, length) && !listen(server, 1), "listen");
	if (argc > 4) {
		length = read_address(argv[4]);
		must(!bind(client, (void *)&given, length), "bind");
	}
	length = sizeof(address);
	getsockname(server, (void *)&address, &length);
	must(!connect(client, (void *)&address, length), "connect");
	if (!strcmp(argv[1], "accept"))
		fd = returned(syscall(SYS_accept, server, NULL, NULL));
	else
		fd = returned(syscall(SYS_accept4, server, NULL, NULL, SOCK_CLOEXEC));
	must(fd >= 0, "accept");
	tell();
	integer("result", fd);
	integer("sockfd", server);
	tell_local("local_addr", fd);
	tell_remote("remote_addr", fd);
	told();
	return 0;
}
