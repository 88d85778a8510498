/* Attaches to another process and only looks, as strace does. */
#include "victim.h"

static uint64_t word = 42; /* at the same address in the child */

int main(void)
{
	struct user_regs_struct registers;
	pid_t pid = victim();

	if (ptrace(PTRACE_GETREGS, pid, 0, &registers) || ptrace(PTRACE_PEEKDATA, pid, &word, 0) != 42)
		return 1;
	return release(pid);
}
