/* ring WAY OPERATION ARGUMENT...: one operation through io_uring. With FORGED=TEXT in the environment,
 * the path is overwritten with that once it is submitted. */
#include "files.h"
#include "ring.h"
#include "addresses.h"
#include <linux/openat2.h>

static char path[8192], second[8192];
static struct msghdr message;
static struct iovec data = { "hi", 2 };

static int is(const char *operation, const char *name)
{
	return !strcmp(operation, name);
}

int main(int argc, char **argv)
{
	const char *way = argv[1], *operation = argv[2], *forged = getenv("FORGED");
	static struct open_how how;
	struct io_uring_sqe request = { .fd = AT_FDCWD, .addr = (unsigned long)path, .addr2 = (unsigned long)second };
	int fd = -1, flags = 0, socket_used = -1, clients[2] = { -1, -1 };
	socklen_t length;
	long result;

	strcpy(path, argv[3]);
	if (argc > 4)
		strcpy(second, argv[4]);
	if (is(operation, "open") || is(operation, "openat2")) {
		flags = strtol(argv[4], NULL, 0);
		how.flags = flags;
		how.mode = flags & O_CREAT ? 0600 : 0;
		request.opcode = is(operation, "open") ? IORING_OP_OPENAT : IORING_OP_OPENAT2;
		request.addr2 = is(operation, "open") ? 0 : (unsigned long)&how;
		request.len = is(operation, "open") ? how.mode : sizeof(how);
		request.open_flags = is(operation, "open") ? flags : 0;
	} else if (is(operation, "unlink")) {
		request.opcode = IORING_OP_UNLINKAT;
		request.addr2 = 0;
	} else if (is(operation, "rmdir")) {
		request.opcode = IORING_OP_UNLINKAT;
		request.addr2 = 0;
		request.unlink_flags = AT_REMOVEDIR;
	} else if (is(operation, "rename")) {
		request.opcode = IORING_OP_RENAMEAT;
		request.len = AT_FDCWD;
		request.rename_flags = argc > 5 ? atoi(argv[5]) : 0;
	} else if (is(operation, "symlink")) { /* TARGET LINK */
		request.opcode = IORING_OP_SYMLINKAT;
	} else if (is(operation, "link")) {
		request.opcode = IORING_OP_LINKAT;
		request.len = AT_FDCWD;
		request.hardlink_flags = argc > 5 ? strtol(argv[5], NULL, 0) : 0;
	} else if (is(operation, "mkdir")) {
		request.opcode = IORING_OP_MKDIRAT;
		request.addr2 = 0;
		request.len = 0750;
	} else if (is(operation, "connect")) {
		request.opcode = IORING_OP_CONNECT;
		socket_used = request.fd = socket(AF_INET, SOCK_STREAM, 0);
		request.off = read_address(path);
		memcpy(path, &given, sizeof(given));
	} else if (is(operation, "socket")) { /* FAMILY TYPE PROTOCOL */
		request.opcode = IORING_OP_SOCKET;
		request.fd = atoi(argv[3]);
		request.off = atoi(argv[4]);
		request.addr = 0;
		request.len = atoi(argv[5]);
	} else if (is(operation, "bind") || is(operation, "listen")) { /* ADDRESS [BACKLOG] */
		request.opcode = is(operation, "bind") ? RING_BIND : RING_LISTEN;
		request.addr2 = read_address(path);
		socket_used = request.fd = socket(given.ss_family, SOCK_STREAM, 0);
		memcpy(path, &given, sizeof(given));
		if (is(operation, "listen")) {
			must(!bind(request.fd, (void *)&given, request.addr2), "bind");
			request.addr = request.addr2 = 0;
			request.len = atoi(argv[4]);
		}
	} else if (is(operation, "accept") || is(operation, "accept_all")) { /* ADDRESS CLIENT [CLIENT] */
		request.opcode = IORING_OP_ACCEPT;
		socket_used = request.fd = socket(AF_INET, SOCK_STREAM, 0);
		request.addr = request.addr2 = 0;
		request.ioprio = is(operation, "accept_all") ? IORING_ACCEPT_MULTISHOT : 0;
		length = read_address(path);
		must(!bind(request.fd, (void *)&given, length) && !listen(request.fd, 4), "listen");
		for (int client = 4; client < argc; client++) {
			struct sockaddr_storage server = given;
			int from = clients[client - 4] = socket(AF_INET, SOCK_STREAM, 0);

			length = read_address(argv[client]);
			must(!bind(from, (void *)&given, length), "bind");
			length = sizeof(server);
			getsockname(request.fd, (void *)&server, &length);
			must(!connect(from, (void *)&server, length), "connect");
			given = server;
		}
	} else if (!strncmp(operation, "send", 4)) { /* ADDRESS [connected] */
		int to = socket(AF_INET, SOCK_DGRAM, 0);

		length = read_address(path);
		socket_used = request.fd = to;
		memcpy(path, &given, sizeof(given));
		if (argc > 4) {
			must(!connect(to, (void *)&given, length), "connect");
			length = 0;
		}
		message.msg_name = length ? path : NULL;
		message.msg_namelen = length;
		message.msg_iov = &data;
		message.msg_iovlen = 1;
		request.opcode = is(operation, "send")	     ? IORING_OP_SEND :
				 is(operation, "send_zc")    ? IORING_OP_SEND_ZC :
				 is(operation, "sendmsg_zc") ? IORING_OP_SENDMSG_ZC :
							       IORING_OP_SENDMSG;
		if (is(operation, "send") || is(operation, "send_zc")) {
			request.addr = (unsigned long)data.iov_base;
			request.len = 2;
			request.addr2 = length ? (unsigned long)path : 0;
			request.addr_len = length;
		} else {
			request.addr = (unsigned long)&message;
			request.addr2 = 0;
			request.len = 1;
		}
	} else {
		return 4;
	}
	if (is(operation, "unlink") || is(operation, "rename") || is(operation, "link")) {
		fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0)
			remember(0, fd);
	}
	result = ring_do(way, &request, path, forged);
	strcpy(path, argv[3]);
	if (result >= 0 && request.opcode == IORING_OP_SYMLINKAT)
		fd = look(second);
	if (result >= 0 && (is(operation, "link") || is(operation, "mkdir")))
		fd = look(is(operation, "link") ? second : path);
	if (result >= 0 && (is(operation, "open") || is(operation, "openat2")) && strcmp(way, "direct"))
		fd = result;
	if (fd >= 0)
		remember(1, fd);
	tell();
	integer("result", result);
	integer("sockfd", socket_used);
	if (is(operation, "bind") || is(operation, "listen") || !strncmp(operation, "accept", 6))
		tell_local("local_addr", socket_used);
	for (int client = 0; client < 2; client++)
		if (clients[client] >= 0)
			tell_local(client ? "second" : "first", clients[client]);
	text("given", path);
	text("before", remembered[0]);
	text("after", remembered[1]);
	if (fd >= 0) {
		integer("flags", fcntl(fd, F_GETFL));
		identity_of(fd);
	}
	told();
	return 0;
}
