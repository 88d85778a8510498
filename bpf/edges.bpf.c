// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Can the edges of system calls be seen by kprobes (EDGES_BY_KPROBE in tracepoint.h)? Then what is here
 * lets the kernel come by there, and finds out whether it does: a hook that can be attached need not be
 * one that fires. */
#include "kernel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

__u64 entries, exits;

/* As long as a program is attached to one of the two tracepoints, every task is traced: a system call
 * leaves the short way and passes through the functions that call both (TIF work, kernel/tracepoint.c
 * syscall_regfunc()). That this one may be skipped does not matter. */
SEC("tp_btf/sys_exit")
int BPF_PROG(trace_calls)
{
	return 0;
}

static __always_inline bool is_own(void)
{
	return bpf_get_current_pid_tgid() >> 32 == own_tgid;
}

SEC("kprobe/trace_syscall_enter")
int see_entry(struct pt_regs *context)
{
	if (is_own())
		__sync_fetch_and_add(&entries, 1);
	return 0;
}

SEC("kprobe/trace_syscall_exit")
int see_exit(struct pt_regs *context)
{
	if (is_own())
		__sync_fetch_and_add(&exits, 1);
	return 0;
}
