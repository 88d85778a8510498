// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Events that change the kernel itself. */
#include "given.h"
#include "inode.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define IORING_SETUP_SQPOLL (1U << 1) /* include/uapi/linux/io_uring.h */
#define IORING_SETUP_SQ_AFF (1U << 2)

SYSCALL_EXIT(exit_init_module)
{
	__u32 slot = event_begin(EVENT_INIT_MODULE, ARGUMENTS_INIT_MODULE, call_number(regs), result);
	struct scratch *s = scratch_at(slot);
	__u64 given[REGISTERS];

	if (!s)
		return 0;
	read_registers(given, regs, is_32_bit(current_task()));
	argument_unsigned(s, given[0]);
	argument_unsigned(s, given[1]);
	argument_user_string(s, given[2]);
	event_send(slot);
	return 0;
}

SYSCALL_EXIT(exit_finit_module)
{
	struct record *record = take_record(call_number(regs));
	struct scratch *s;
	struct file *file;
	__u32 slot;

	if (!record)
		return 0;
	slot = event_begin(EVENT_FINIT_MODULE, ARGUMENTS_FINIT_MODULE, record->number, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	argument_signed(s, (__s32)record->arguments[0]);
	argument_user_string(s, record->arguments[1]);
	argument_unsigned(s, (__u32)record->arguments[2]);
	mark_shared_descriptor(s, record);
	file = file_of_descriptor(current_task(), record->arguments[0]);
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
	__u32 slot = event_begin(EVENT_BPF, ARGUMENTS_BPF, call_number(regs), result);
	struct scratch *s = scratch_at(slot);
	__u64 given[REGISTERS];

	if (!s)
		return 0;
	read_registers(given, regs, is_32_bit(current_task()));
	argument_unsigned(s, (__u32)given[0]);
	argument_unsigned(s, given[1]);
	argument_unsigned(s, (__u32)given[2]);
	event_send(slot);
	return 0;
}

struct io_sq_data___placed { /* since 5.12 */
	int sq_cpu;
} __attribute__((preserve_access_index));

/* The thread of the kernel's that polls a ring: on which CPU it stays, -1 for any. A thread that may run on
 * any writes there, since 6.8, where it runs just now. */
static __always_inline void argument_polling_cpu(struct scratch *s, const struct io_ring_ctx *ring, __u32 flags)
{
	const struct io_sq_data___placed *thread = (void *)BPF_CORE_READ(ring, sq_data);

	if (thread && bpf_core_field_exists(thread->sq_cpu))
		argument_signed(s, flags & IORING_SETUP_SQ_AFF ? BPF_CORE_READ(thread, sq_cpu) : -1);
	else
		argument_nil(s);
}

TRACEPOINT(io_uring_create, io_uring_create, int descriptor, void *ring, __u32 submissions, __u32 completions,
	   __u32 flags)
{
	__u32 slot = event_begin(EVENT_IO_URING_CREATE, ARGUMENTS_IO_URING_CREATE, current_syscall(), descriptor);
	struct scratch *s = scratch_at(slot);

	if (!s)
		return 0;
	argument_unsigned(s, (__u32)submissions);
	argument_unsigned(s, (__u32)completions);
	argument_unsigned(s, (__u32)flags);
	argument_boolean(s, flags & IORING_SETUP_SQPOLL);
	argument_polling_cpu(s, ring, flags);
	event_send(slot);
	return 0;
}
