// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Every system call as an event of its own: call.h. Programs of their own beside those of
 * core.bpf.c, so that a host on which nobody asks for such events does not pay for them, and an
 * event that a call leads to and the call itself are told independently of each other. */
#include "call.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Arguments that are not there any more when the call returns. */
#define KEPT_SIZE 512

struct kept_call {
	__u32 index; /* of the call; 0 with `length` 0: nothing is kept */
	__u32 length;
	__u32 truncated, user;
	__u8 data[KEPT_SIZE];
};

TASK_MAP(struct kept_call, kept_calls);

/* The same of exec, by task and not by thread id: of several threads, the one that executes takes
 * the first one's id. */
#define KEPT_EXECS 128
#define KEPT_EXEC_SIZE (16 * 1024) /* a path and two lists */

struct kept_exec {
	__u32 index;
	__u32 length;
	__u32 truncated, user;
	__u8 data[KEPT_EXEC_SIZE];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, KEPT_EXECS);
	__type(key, __u64);
	__type(value, struct kept_exec);
} kept_execs SEC(".maps");

static __always_inline __u32 call_index(struct task_struct *task, long number)
{
	return is_32_bit(task) ? number + FIRST_32_BIT : number;
}

/* The call at INDEX if somebody wants it. */
static __always_inline struct call *wanted_call(struct task_struct *task, __u32 index)
{
	struct call *call = bpf_map_lookup_elem(&calls, &index);

	/* x86_64 numbers from 512 on are those of x32, which is another ABI. */
	if (!call || !(call->flags & CALL_WANTED) || task_read(task, tgid) == own_tgid)
		return NULL;
	return index < FIRST_32_BIT || is_32_bit(task) ? call : NULL;
}

/* Whether any clause could want the event, without counting it: it is counted when it ends. */
static __always_inline bool is_possible(struct task_struct *task, __u32 event)
{
	__u32 index = wanted_index(event);
	struct event_table *table = wanted_at(index);

	return table && table->clauses &&
	       wanted_clauses(table, index, table->on_host != table->in_container && is_contained(task));
}

/* Everything the call at INDEX was given, at the beginning of a slot's data. */
static __always_inline struct scratch *keep_call(struct pt_regs *regs, bool is_32_bit, __u32 index)
{
	__u32 slot = scratch_claim();
	struct scratch *s = slot == NO_SLOT ? NULL : scratch_at(slot);

	if (!s)
		return NULL;
	s->offset = sizeof(struct kept_call) - KEPT_SIZE;
	s->argument = s->truncated = s->racy = s->user = 0;
	s->limit = EVENT_SIZE - RESERVE - HEAD_RESERVE;
	take_registers(s, regs, is_32_bit, -1);
	put_call(slot, index);
	*(__u32 *)&s->data[0] = index;
	*(__u32 *)&s->data[4] = s->offset - (sizeof(struct kept_call) - KEPT_SIZE);
	*(__u32 *)&s->data[8] = s->truncated;
	*(__u32 *)&s->data[12] = s->user;
	return s;
}

static __always_inline void tell_at_entry(struct pt_regs *regs, bool is_32_bit, __u32 index, const struct call *call)
{
	__u32 slot = event_begin(call->event, call->arguments, index, 0);
	struct scratch *s = scratch_at(slot);

	if (!s)
		return;
	take_registers(s, regs, is_32_bit, 0);
	put_call(slot, index);
	event_send(slot);
}

SYSCALL_ENTRY(call_enter)
{
	struct task_struct *task = current_task();
	__u32 index = call_index(task, number);
	struct call *call = wanted_call(task, index);
	struct kept_call *kept;
	struct scratch *s;

	if (!call)
		return 0;
	if (call->flags & CALL_AT_ENTRY) {
		tell_at_entry(regs, is_32_bit(task), index, call);
		return 0;
	}
	if (!(call->flags & (CALL_KEPT | CALL_EXECUTES)) || !is_possible(task, call->event))
		return 0;
	s = keep_call(regs, is_32_bit(task), index);
	if (!s)
		return 0;
	if (call->flags & CALL_EXECUTES) {
		__u64 key = (__u64)task;

		bpf_map_update_elem(&kept_execs, &key, s->data, BPF_ANY);
	} else {
		kept = task_value_made(kept_calls, task);
		if (kept)
			bpf_probe_read_kernel(kept, sizeof(*kept), s->data);
	}
	scratch_release(s);
	return 0;
}

/* Write what was kept in place of what could be read now. No clause decides by it: judge.h looks at
 * arguments that are counted. LENGTH is below SIZE, a power of two. */
#define put_kept(s, kept, size)                                                            \
	({                                                                                 \
		__u32 length_ = (kept)->length, offset_ = (s)->offset & (EVENT_SIZE - 1);  \
		forget(length_);                                                           \
		length_ &= (size) - 1;                                                     \
		bpf_probe_read_kernel(&(s)->data[offset_], length_, (kept)->data);         \
		(s)->offset = offset_ + length_;                                           \
		(s)->truncated = (kept)->truncated;                                        \
		(s)->user = (kept)->user;                                                  \
	})

SYSCALL_EXIT(call_exit)
{
	struct task_struct *task = current_task();
	__u32 index = call_index(task, regs->orig_ax), slot;
	struct call *call = wanted_call(task, index);
	struct kept_exec *exec = NULL;
	struct kept_call *kept = NULL;
	__u64 key = (__u64)task;
	struct scratch *s;

	if (!call || call->flags & CALL_AT_ENTRY)
		return 0;
	if (call->flags & CALL_FORKS && !result)
		return 0;
	/* An error too in the lower half alone, which is all that a 32-bit program sees: modify_ldt(). */
	if (is_32_bit(task) && (__u32)result > (__u32)-4096)
		result = (__s32)result;
	if (call->flags & CALL_EXECUTES) {
		/* Which exec it was, the kernel has forgotten: set_personality_64bit(). */
		exec = bpf_map_lookup_elem(&kept_execs, &key);
		if (exec) {
			index = exec->index;
			call = bpf_map_lookup_elem(&calls, &index);
			if (!call)
				return 0;
		}
	} else if (call->flags & CALL_KEPT) {
		kept = task_value(kept_calls, task);
		if (kept && (kept->index != index || !kept->length))
			kept = NULL;
	}
	slot = event_begin(call->event, call->arguments, index, result);
	s = scratch_at(slot);
	if (s) {
		take_registers(s, regs, is_32_bit(task), result);
		if (exec)
			put_kept(s, exec, KEPT_EXEC_SIZE);
		else if (kept)
			put_kept(s, kept, KEPT_SIZE);
		else
			put_call(slot, index);
		event_send(slot);
	}
	if (exec)
		bpf_map_delete_elem(&kept_execs, &key);
	if (kept)
		kept->length = 0;
	return 0;
}
