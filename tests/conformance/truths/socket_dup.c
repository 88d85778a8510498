/* socket_dup WAY: duplicates the descriptor of a connected socket, and one of a file. */
#include "addresses.h"
#include "shared.h"

int main(int argc, char **argv)
{
	int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
	int file = open("/dev/null", O_RDONLY);
	socklen_t length = read_address(strdup("inet:127.0.0.1:0"));
	long fd;

	must(!bind(server, (void *)&given, length) && !listen(server, 1), "listen");
	getsockname(server, (void *)&given, &length);
	must(!connect(client, (void *)&given, length), "connect");
	share_where_asked();
	syscall(SYS_dup, file);
	if (!strcmp(argv[1], "dup"))
		fd = returned(syscall(SYS_dup, client));
	else if (!strcmp(argv[1], "dup2"))
		fd = returned(syscall(SYS_dup2, client, 0));
	else
		fd = returned(syscall(SYS_dup3, client, 77, O_CLOEXEC));
	must(fd >= 0, "dup");
	tell();
	integer("oldfd", client);
	integer("newfd", fd);
	tell_remote("remote_addr", fd);
	told();
	return 0;
}
