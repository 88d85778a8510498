/* Makes its parent its tracer, so that no debugger can attach any more. */
#include <sys/ptrace.h>

int main(void)
{
	return ptrace(PTRACE_TRACEME, 0, 0, 0) ? 1 : 0;
}
