/* send WAY FAMILY TYPE ADDRESS [connected]: sends two bytes to an address, or through a socket that is
 * connected to it. What should receive them is there, unless the address is of port 9. */
#include "addresses.h"

int main(int argc, char **argv)
{
	int family = atoi(argv[2]), type = atoi(argv[3]), connected = argc > 5;
	int fd = socket(family, type, 0), server = socket(family, type, 0), discards = strstr(argv[4], ":9") != NULL;
	struct sockaddr_storage address;
	socklen_t length = read_address(argv[4]);
	struct iovec data = { "hi", 2 };
	struct mmsghdr messages[2] = {};
	struct msghdr *message = &messages[0].msg_hdr;
	long result;

	if (!discards) {
		must(!bind(server, (void *)&given, length), "bind");
		length = sizeof(given);
		getsockname(server, (void *)&given, &length);
	}
	if (type == SOCK_STREAM)
		must(!listen(server, 1), "listen");
	if (connected)
		must(!connect(fd, (void *)&given, length), "connect");
	message->msg_name = connected ? NULL : &given;
	message->msg_namelen = connected ? 0 : length;
	message->msg_iov = &data;
	message->msg_iovlen = 1;
	messages[1] = messages[0];
	address = given;
	if (!strcmp(argv[1], "sendto"))
		result = returned(syscall(SYS_sendto, fd, "hi", 2, 0, message->msg_name, message->msg_namelen));
	else if (!strcmp(argv[1], "sendmsg"))
		result = returned(syscall(SYS_sendmsg, fd, message, 0));
	else
		result = returned(syscall(SYS_sendmmsg, fd, messages, 2, 0));
	tell();
	integer("result", result);
	integer("sockfd", fd);
	tell_address("remote_addr", &address, length);
	told();
	return 0;
}
