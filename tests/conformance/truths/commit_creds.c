/* Changes its credentials by the system call named: the numbers before and after. */
#include "credentials.h"
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>

int main(int argc, char **argv)
{
	const char *way = argv[1];
	char *before;
	size_t size;
	long result = -1;

	line = open_memstream(&before, &size);
	credentials("old");
	fclose(line);
	needs_comma = 0;
	if (!strcmp(way, "setuid"))
		result = syscall(SYS_setuid, 3000000000u);
	else if (!strcmp(way, "setresgid"))
		result = syscall(SYS_setresgid, 1, 2, 3);
	else if (!strcmp(way, "setfsuid"))
		result = syscall(SYS_setfsuid, 7);
	else if (!strcmp(way, "capset")) {
		struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
		struct __user_cap_data_struct data[2] = { { 0x21, 0x21, 0 }, {} };

		result = syscall(SYS_capset, &header, data);
	} else if (!strcmp(way, "prctl"))
		result = prctl(PR_SET_SECUREBITS, 0x2f);
	else if (!strcmp(way, "unshare"))
		result = unshare(CLONE_NEWUSER);
	else if (!strcmp(way, "nothing"))
		result = syscall(SYS_setuid, getuid());
	tell();
	integer("result", returned(result));
	key("creds");
	fputc('{', line);
	fwrite(before, 1, size, line);
	needs_comma = 1;
	credentials("new");
	end();
	told();
	return 0;
}
