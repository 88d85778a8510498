// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the types in a file say where a task's own facts are, read there: user space knows the same
 * facts, and so whether the file describes this kernel. */
#include "kernel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

__u32 seen, tgid, parent, mount_namespace;
__u64 argument_start;

SEC("raw_tp/sys_enter")
int BPF_PROG(look_at_task, struct pt_regs *regs, long number)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	if (seen || bpf_get_current_pid_tgid() >> 32 != own_tgid)
		return 0;
	tgid = BPF_CORE_READ(task, tgid);
	parent = BPF_CORE_READ(task, real_parent, tgid);
	mount_namespace = BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
	argument_start = BPF_CORE_READ(task, mm, arg_start);
	seen = 1;
	return 0;
}
