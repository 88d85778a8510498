/* Makes memory executable in one of the ways that are alerts. */
#include "truth.h"
#include <sys/mman.h>

int main(int argc, char **argv)
{
	const char *way = argv[1];
	int anonymous = !strcmp(argv[2], "anonymous");
	int fd = anonymous ? -1 : open(argv[2], O_RDWR);
	int kind = anonymous ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_PRIVATE;
	int before = !strcmp(way, "written") ? PROT_READ | PROT_WRITE :
		     !strcmp(way, "executable") ? PROT_READ :
		     !strcmp(way, "writable-too") ? PROT_READ | PROT_EXEC :
						    PROT_READ | PROT_WRITE | PROT_EXEC;
	int after = !strcmp(way, "writable-too") ? PROT_READ | PROT_WRITE | PROT_EXEC : PROT_READ | PROT_EXEC;
	struct stat status = {};
	unsigned long address = (unsigned long)mmap(NULL, 8192, before, kind, fd, 0);

	must(address != (unsigned long)MAP_FAILED, "mmap");
	if (strcmp(way, "mapped"))
		must(!mprotect((void *)address, 8192, after), "mprotect");
	tell();
	natural("addr", address);
	if (fd >= 0)
		fstat(fd, &status);
	identity(&status);
	if (fd >= 0) {
		char path[64];

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		link_of("pathname", path);
	} else {
		text("pathname", "");
	}
	told();
	return 0;
}
