/* storm COUNT PATH CPU: opens and closes a file so many times, on one CPU. */
#include "truth.h"
#include <sched.h>

int main(int argc, char **argv)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(atoi(argv[3]), &set);
	must(!sched_setaffinity(0, sizeof(set), &set), "sched_setaffinity");
	for (int i = atoi(argv[1]); i > 0; i--)
		close(open(argv[2], O_RDONLY));
	tell();
	told();
	return 0;
}
