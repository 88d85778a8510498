/* ring_create ENTRIES FLAGS CPU: sets up a ring of io_uring. */
#include "truth.h"
#include <linux/io_uring.h>

int main(int argc, char **argv)
{
	struct io_uring_params parameters = { .flags = strtoul(argv[2], NULL, 0), .sq_thread_cpu = atoi(argv[3]) };
	long result = returned(syscall(SYS_io_uring_setup, atoi(argv[1]), &parameters));

	tell();
	integer("result", result);
	integer("sq_entries", parameters.sq_entries);
	integer("cq_entries", parameters.cq_entries);
	told();
	return 0;
}
