/* ring WAY OPERATION ARGUMENT...: one operation through io_uring. With FORGED=TEXT in the environment,
 * the path is overwritten with that once it is submitted. */
#include "files.h"
#include "ring.h"
#include "addresses.h"
#include <linux/openat2.h>

static char path[8192], second[8192];

static int is(const char *operation, const char *name)
{
	return !strcmp(operation, name);
}

int main(int argc, char **argv)
{
	const char *way = argv[1], *operation = argv[2], *forged = getenv("FORGED");
	static struct open_how how;
	struct io_uring_sqe request = { .fd = AT_FDCWD, .addr = (unsigned long)path, .addr2 = (unsigned long)second };
	int fd = -1, flags = 0;
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
		request.fd = socket(AF_INET, SOCK_STREAM, 0);
		request.off = read_address(path);
		memcpy(path, &given, sizeof(given));
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
	if (result >= 0 && flags + 1 && (is(operation, "open") || is(operation, "openat2")))
		fd = result;
	if (fd >= 0)
		remember(1, fd);
	tell();
	integer("result", result);
	integer("sockfd", request.fd);
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
