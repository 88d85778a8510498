/* Sets the registers of another process: to what they were before. */
#include "victim.h"

int main(void)
{
	struct user_regs_struct registers;
	pid_t pid = victim();

	if (ptrace(PTRACE_GETREGS, pid, 0, &registers) || ptrace(PTRACE_SETREGS, pid, 0, &registers))
		return 1;
	return release(pid);
}
