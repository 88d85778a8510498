/* The program that has been executed tells all that sched_process_exec says about it. */
#include "credentials.h"
#include <sys/auxv.h>

extern char **environ;

static void interpreter(void)
{
	unsigned long long base = getauxval(AT_BASE), from, until;
	char *map_line = NULL, path[4096];
	size_t size = 0;
	FILE *maps = fopen("/proc/self/maps", "r");
	struct stat status = {};

	path[0] = 0;
	while (base && getline(&map_line, &size, maps) > 0) {
		int at = 0;

		sscanf(map_line, "%llx-%llx %*s %*s %*s %*s %n", &from, &until, &at);
		if (from == base) {
			map_line[strcspn(map_line, "\n")] = 0;
			strcpy(path, map_line + at);
		}
	}
	fclose(maps);
	if (path[0])
		stat(path, &status);
	begin("interpreter");
	text("pathname", path);
	identity(&status);
	end();
}

int main(int argc, char **argv)
{
	struct stat status;
	int fd;

	tell();
	stat("/proc/self/exe", &status);
	begin("file");
	link_of("pathname", "/proc/self/exe");
	identity(&status);
	integer("mode", status.st_mode);
	end();
	interpreter();
	begin("stdin");
	if (fstat(0, &status) == 0) {
		integer("type", status.st_mode & S_IFMT);
		link_of("pathname", "/proc/self/fd/0");
	}
	end();
	key("env");
	fputc('[', line);
	for (char **one = environ; *one; one++) {
		if (one != environ)
			fputc(',', line);
		text_of(*one, strlen(*one));
	}
	fputc(']', line);
	text("execfn", (char *)getauxval(AT_EXECFN));
	fd = open("/dev/tty", O_RDONLY);
	key("tty");
	text_of(fd < 0 ? "" : ttyname(fd) ? ttyname(fd) : "?", fd < 0 ? 0 : strlen(ttyname(fd) ? ttyname(fd) : "?"));
	if (fd >= 0)
		close(fd);
	credentials("credentials");
	told();
	return 0;
}
