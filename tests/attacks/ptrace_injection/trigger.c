/* Writes into the memory of another process: a word that was there before. */
#include "victim.h"

static uint64_t word = 42; /* at the same address in the child */

int main(void)
{
	pid_t pid = victim();

	if (ptrace(PTRACE_POKETEXT, pid, &word, ptrace(PTRACE_PEEKTEXT, pid, &word, 0)))
		return 1;
	return release(pid);
}
