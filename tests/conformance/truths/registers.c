/* Makes one system call with given numbers: registers NUMBER [ARGUMENT...]; an argument that
 * begins with @ is the address of that text, one that begins with = is a descriptor of that file, and
 * one that begins with ! the address of that text, which runs into a page that may not be read. */
#include "shared.h"
#include <sys/mman.h>

#define PAGE 4096

static unsigned long before_protected(const char *text)
{
	char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *begin = pages + PAGE - strlen(text);

	memcpy(begin, text, strlen(text));
	mprotect(pages + PAGE, PAGE, PROT_NONE);
	return (unsigned long)begin;
}

int main(int argc, char **argv)
{
	unsigned long registers[6] = {};
	long number = atol(argv[1]), result;

	for (int i = 2; i < argc && i < 8; i++)
		registers[i - 2] = argv[i][0] == '@' ? (unsigned long)(argv[i] + 1) :
				   argv[i][0] == '!' ? before_protected(argv[i] + 1) :
				   argv[i][0] == '=' ? (unsigned long)open(argv[i] + 1, O_RDONLY) :
						       strtoul(argv[i], NULL, 0);
	share_where_asked();
	result = returned(syscall(number, registers[0], registers[1], registers[2], registers[3], registers[4], registers[5]));
	tell();
	integer("result", result);
	key("registers");
	fprintf(line, "[%lu,%lu,%lu,%lu,%lu,%lu]", registers[0], registers[1], registers[2], registers[3], registers[4],
		registers[5]);
	told();
	return 0;
}
