/* Makes every system call that is watched with pointers that lead nowhere: unmapped POINTER. */
#include "truth.h"

#define P pointer

static const struct { const char *name; long number; int arguments; } calls[] = {
	{ "open", SYS_open, 1 }, { "openat", SYS_openat, 2 }, { "openat2", SYS_openat2, 6 }, { "creat", SYS_creat, 1 },
	{ "unlink", SYS_unlink, 1 }, { "unlinkat", SYS_unlinkat, 2 }, { "rename", SYS_rename, 3 },
	{ "renameat", SYS_renameat, 10 }, { "renameat2", SYS_renameat2, 10 }, { "symlink", SYS_symlink, 3 },
	{ "mkdir", SYS_mkdir, 1 }, { "mkdirat", SYS_mkdirat, 2 }, { "link", SYS_link, 3 }, { "linkat", SYS_linkat, 10 },
	{ "sendto", SYS_sendto, 16 }, { "sendmsg", SYS_sendmsg, 2 }, { "sendmmsg", SYS_sendmmsg, 2 },
	{ "symlinkat", SYS_symlinkat, 5 }, { "chmod", SYS_chmod, 1 }, { "fchmodat", SYS_fchmodat, 2 },
	{ "fchmodat2", 452, 2 }, { "mount", SYS_mount, 7 }, { "memfd_create", SYS_memfd_create, 1 },
	{ "connect", SYS_connect, 2 }, { "bind", SYS_bind, 2 }, { "accept", SYS_accept, 6 }, { "accept4", SYS_accept4, 6 },
	{ "execve", SYS_execve, 7 }, { "execveat", SYS_execveat, 14 }, { "process_vm_writev", SYS_process_vm_writev, 10 },
	{ "init_module", SYS_init_module, 5 }, { "finit_module", SYS_finit_module, 2 }, { "bpf", SYS_bpf, 2 },
	{ "capset", SYS_capset, 3 }, { "setgroups", SYS_setgroups, 2 }, { "prctl", SYS_prctl, 30 },
};

int main(int argc, char **argv)
{
	unsigned long pointer = strtoul(argv[1], NULL, 0), registers[6];
	long results[sizeof(calls) / sizeof(calls[0])];

	for (int i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		for (int position = 0; position < 6; position++)
			registers[position] = calls[i].arguments >> position & 1 ? pointer : 16;
		results[i] = returned(syscall(calls[i].number, registers[0], registers[1], registers[2], registers[3],
					      registers[4], registers[5]));
	}
	tell();
	for (int i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		integer(calls[i].name, results[i]);
	told();
	return 0;
}
