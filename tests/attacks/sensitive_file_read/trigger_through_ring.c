/* Opens the hashes of passwords by a thread of the kernel's, which takes what is put into a ring: the
 * process itself makes no system call for it. */
#pragma GCC diagnostic ignored "-Wunused-function" /* the header has more than this needs */
#include "../../conformance/truths/ring.h"

int main(void)
{
	static char path[] = "/etc/shadow";
	struct io_uring_sqe request = { .opcode = IORING_OP_OPENAT, .fd = AT_FDCWD, .addr = (unsigned long)path };

	return ring_do("sqpoll", &request, path, NULL) < 0;
}
