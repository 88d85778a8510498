// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Events that change the kernel itself. */
#include "inode.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SYSCALL_EXIT(exit_init_module)
{
	__u32 slot = event_begin(EVENT_INIT_MODULE, ARGUMENTS_INIT_MODULE, regs->orig_ax, result);
	struct scratch *s = scratch_at(slot);

	if (!s)
		return 0;
	argument_unsigned(s, regs->di);
	argument_unsigned(s, regs->si);
	argument_user_string(s, regs->dx);
	event_send(slot);
	return 0;
}

SYSCALL_EXIT(exit_finit_module)
{
	__u32 slot = event_begin(EVENT_FINIT_MODULE, ARGUMENTS_FINIT_MODULE, regs->orig_ax, result);
	struct scratch *s = scratch_at(slot);
	struct file *file;

	if (!s)
		return 0;
	argument_signed(s, (__s32)regs->di);
	argument_user_string(s, regs->si);
	argument_unsigned(s, (__u32)regs->dx);
	mark_racy(s);
	file = file_of_descriptor(current_task(), regs->di);
	if (file) {
		walk_begin(s, BPF_CORE_READ(file, f_path.dentry), BPF_CORE_READ(file, f_path.mnt));
		argument_end(s, put_walked_path(slot));
	} else {
		argument_nil(s);
	}
	event_send(slot);
	return 0;
}

SYSCALL_EXIT(exit_bpf)
{
	__u32 slot = event_begin(EVENT_BPF, ARGUMENTS_BPF, regs->orig_ax, result);
	struct scratch *s = scratch_at(slot);

	if (!s)
		return 0;
	argument_unsigned(s, (__u32)regs->di);
	argument_unsigned(s, regs->si);
	argument_unsigned(s, (__u32)regs->dx);
	event_send(slot);
	return 0;
}
