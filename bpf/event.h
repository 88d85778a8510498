/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_EVENT_H
#define TRACEWIRE_EVENT_H

#include "judge.h"
#include "registers.h"

/* The fields of `Event` in tracewire/event.py: hot ones first, each at a fixed place. */
#define EVENT_FIELDS 25

/* What an event came through, if not a system call of its own: `Event.via`. */
#define VIA_IO_URING 1

enum {
	AT_EVENT_ID = 3, /* after the array header */
	AT_TIME = 6,
	AT_CLAUSES = 15,
	AT_GENERATION = 24,
	AT_CPU = 29,
	AT_PID = 32,
	AT_TID = 37,
	AT_NS_PID = 42,
	AT_NS_TID = 47,
	AT_UID = 52,
	AT_GID = 57,
	AT_START_TIME = 62,
	AT_MOUNT_NAMESPACE = 71,
	AT_PID_NAMESPACE = 76,
	AT_CGROUP_ID = 81,
	AT_SYSCALL = 90,
	AT_RETURN_VALUE = 93,
	AT_TRUNCATED = 102,
	AT_RACY = 107,
	AT_USER = 112,
	AT_COMM = 117,
};

/* Each family's own, made by the loader as large as its settings say. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 * 1024 * 1024);
} ring SEC(".maps");

/* AT is counted from the event's beginning. */

static __always_inline void set_16(struct scratch *s, __u32 at, __u8 type, __u16 value)
{
	__u32 place = s->head & (EVENT_SIZE - 1);

	s->data[place + at] = type;
	*(__u16 *)&s->data[place + at + 1] = bpf_htons(value);
}

static __always_inline void set_32(struct scratch *s, __u32 at, __u32 value)
{
	__u32 place = s->head & (EVENT_SIZE - 1);

	s->data[place + at] = 0xce;
	*(__u32 *)&s->data[place + at + 1] = bpf_htonl(value);
}

static __always_inline void set_64(struct scratch *s, __u32 at, __u8 type, __u64 value)
{
	__u32 place = s->head & (EVENT_SIZE - 1);

	s->data[place + at] = type;
	*(__u64 *)&s->data[place + at + 1] = bpf_cpu_to_be64(value);
}

/* Not inlined: until 6.13 the frames of all functions that are active share 512 bytes. */
__noinline int put_context(__u32 slot)
{
	struct scratch *s = scratch_at(slot);
	struct task_struct *task = current_task(), *actor = acting_task();
	__u64 ids = bpf_get_current_pid_tgid(), owner = bpf_get_current_uid_gid();
	struct nsproxy *namespaces = task_read(task, nsproxy); /* gone when a task is exiting */
	struct event_table *table;
	struct upid pid, tid;
	__u32 head;

	if (!s)
		return 0;
	table = wanted_at(s->table);
	pid = innermost_pid(untyped(s, task_read(task, signal, pids[PIDTYPE_TGID])));
	tid = innermost_pid(BPF_CORE_READ(actor, thread_pid));
	s->head = s->offset;
	s->limit = EVENT_SIZE - RESERVE;
	head = s->head & (EVENT_SIZE - 1);
	s->data[head] = 0xdc;
	*(__u16 *)&s->data[head + 1] = bpf_htons(EVENT_FIELDS);
	set_16(s, AT_EVENT_ID, 0xcd, s->event);
	set_64(s, AT_TIME, 0xcf, bpf_ktime_get_boot_ns());
	set_32(s, AT_GENERATION, table ? table->generation : 0);
	set_16(s, AT_CPU, 0xcd, bpf_get_smp_processor_id());
	set_32(s, AT_PID, ids >> 32);
	set_32(s, AT_TID, BPF_CORE_READ(actor, pid));
	set_32(s, AT_NS_PID, pid.nr);
	set_32(s, AT_NS_TID, tid.nr);
	set_32(s, AT_UID, owner);
	set_32(s, AT_GID, owner >> 32);
	set_64(s, AT_START_TIME, 0xcf, task_read(task, group_leader, start_boottime));
	set_32(s, AT_MOUNT_NAMESPACE, namespaces ? BPF_CORE_READ(namespaces, mnt_ns, ns.inum) : 0);
	set_32(s, AT_PID_NAMESPACE, BPF_CORE_READ(pid.ns, ns.inum));
	set_64(s, AT_CGROUP_ID, 0xcf, bpf_get_current_cgroup_id());
	set_16(s, AT_SYSCALL, 0xd1, s->syscall);
	set_64(s, AT_RETURN_VALUE, 0xd3, s->return_value);
	s->offset = s->head + AT_COMM;
	put_kernel_string(s, actor->comm, 16);
	return 0;
}

static __always_inline bool is_contained(struct task_struct *task)
{
	struct pid *pid = task_read(task, thread_pid);

	return BPF_CORE_READ(pid, level) != 0;
}

#define SAMPLED 0x10000 /* beside the number of arguments: a function has five parameters at most */

/* The part of `event_begin` that writes. Global, so that it is verified once per object. */
__noinline int event_open(__u32 index, __u64 clauses, __u32 arguments, int syscall, __s64 return_value)
{
	__u32 event = event_of(index);
	__u32 slot = scratch_claim();
	struct scratch *s = slot == NO_SLOT ? NULL : scratch_at(slot);

	if (!s) {
		struct counts *count = bpf_map_lookup_elem(&counts, &event);

		if (count)
			count->lost_scratch++;
		return NO_SLOT;
	}
	s->event = event;
	s->table = index;
	s->clauses = clauses;
	s->syscall = syscall;
	s->return_value = return_value;
	s->sampled = arguments / SAMPLED;
	s->argument = s->truncated = s->racy = s->user = s->via = 0;
	s->image = s->offset = 0;
	s->limit = EVENT_SIZE - RESERVE - HEAD_RESERVE;
	put_long_array(s, arguments);
	s->at[0] = s->offset;
	return slot;
}

/* The system call that a tracepoint fires in, of both tables (registers.h); -1 in a kernel thread. */
static __always_inline int current_syscall(void)
{
	struct task_struct *task = current_task();
	struct pt_regs *regs;

	if (task_read(task, flags) & PF_KTHREAD)
		return -1;
	regs = task_registers(task);
	return BPF_CORE_READ(regs, orig_ax) + (is_32_bit(task) ? FIRST_32_BIT : 0);
}

/* Whether an instance of an event is wanted, while that is being found out: which clauses are
 * still possible. The one way to an event goes through here. */
struct decision {
	__u32 index; /* of the event's table */
	__u32 sampled; /* sent whatever the clauses are */
	__u64 clauses;
};

/* Begin, with what is known without a look at arguments. False: nobody wants it. */
static __always_inline bool decide(struct decision *decision, __u32 event)
{
	struct task_struct *task = current_task();
	__u32 index = wanted_index(event);
	struct event_table *table = wanted_at(index);
	struct counts *count = bpf_map_lookup_elem(&counts, &event);

	if (!table || !count || !table->clauses || task_read(task, tgid) == own_tgid)
		return false;
	count->generated++;
	decision->index = index;
	decision->sampled = !(count->generated & table->sampling);
	decision->clauses =
		wanted_clauses(table, index, table->on_host != table->in_container && is_contained(task));
	if (decision->clauses || decision->sampled)
		return true;
	count->filtered++;
	return false;
}

/* It did not happen after all. */
static __always_inline void decide_nothing(const struct decision *decision)
{
	__u32 event = event_of(decision->index);
	struct counts *count = bpf_map_lookup_elem(&counts, &event);

	if (count)
		count->generated--;
}

static __always_inline void decide_by_flags(struct decision *decision, __u32 flags, __u32 unknown)
{
	struct event_table *table = wanted_at(decision->index);

	if (table && table->flag_tests)
		decision->clauses &= clauses_by_flags(table, flags, unknown);
}

/* Last, as it is the dearest; and not at all where no clause is left that a path can exclude. */
static __always_inline void decide_by_path(struct decision *decision, const struct dentry *dentry,
					   const struct vfsmount *mount)
{
	struct event_table *table = wanted_at(decision->index);
	struct scratch *s;
	__u32 slot, ends;

	if (!table || !table->patterns || !(decision->clauses & ~table->any_path))
		return;
	slot = scratch_claim();
	s = slot == NO_SLOT ? NULL : scratch_at(slot);
	if (!s)
		return;
	walk_begin(s, dentry, mount);
	ends = table->patterns & (decision->clauses & table->ending ? BY_NAME | BY_ENDS : BY_NAME);
	pattern_match(slot, table->seed, decision->clauses & table->rooted, ends);
	decision->clauses &= s->pattern.clauses | table->any_path;
	scratch_release(s);
}

/* Begin to write the event, unless no clause is left: then NO_SLOT. The arguments follow in the
 * order of the catalogue, then `event_send`. */
static __always_inline __u32 event_begin_decided(const struct decision *decision, __u32 arguments, int syscall,
						 __s64 return_value)
{
	if (!decision->clauses && !decision->sampled) {
		__u32 event = event_of(decision->index);
		struct counts *count = bpf_map_lookup_elem(&counts, &event);

		if (count)
			count->filtered++;
		return NO_SLOT;
	}
	return event_open(decision->index, decision->clauses, arguments | decision->sampled * SAMPLED, syscall,
			  return_value);
}

/* The same for an event of which no argument decides. */
static __always_inline __u32 event_begin(__u32 event, __u32 arguments, int syscall, __s64 return_value)
{
	struct decision decision;

	if (!decide(&decision, event))
		return NO_SLOT;
	return event_begin_decided(&decision, arguments, syscall, return_value);
}

/* Each argument is written by one of these, or between `argument_begin` and `argument_end`. */

static __always_inline void argument_end(struct scratch *s, bool cut)
{
	if (cut)
		s->truncated |= 1 << (s->argument & 31);
	next_argument(s);
}

static __always_inline void mark_racy(struct scratch *s)
{
	s->racy |= 1 << (s->argument & 31);
}

static __always_inline void mark_user(struct scratch *s)
{
	s->user |= 1 << (s->argument & 31);
}

static __always_inline void argument_unsigned(struct scratch *s, __u64 value)
{
	put_unsigned(s, value);
	next_argument(s);
}

static __always_inline void argument_signed(struct scratch *s, __s64 value)
{
	put_signed(s, value);
	next_argument(s);
}

static __always_inline void argument_boolean(struct scratch *s, bool value)
{
	put_boolean(s, value);
	next_argument(s);
}

static __always_inline void argument_nil(struct scratch *s)
{
	put_nil(s);
	next_argument(s);
}

static __always_inline void argument_empty(struct scratch *s)
{
	put_empty(s);
	next_argument(s);
}

static __always_inline void argument_path(struct scratch *s, __u32 slot, const struct path *path)
{
	argument_end(s, put_path(s, slot, path));
}

/* A string in kernel memory, up to the limit of a path. */
static __always_inline void argument_kernel_string(struct scratch *s, const void *from)
{
	if (!from)
		return argument_empty(s);
	if (!has_room(s, PATH_MAX)) {
		put_empty(s);
		argument_end(s, true);
		return;
	}
	/* One byte more than a path has, so that the longest one does not look cut. */
	argument_end(s, put_kernel_string(s, from, PATH_MAX + 1) == PATH_MAX);
}

/* A string in the memory of the current process, where another thread may change it. */
static __always_inline void argument_user_string(struct scratch *s, __u64 from)
{
	mark_user(s);
	if (!from)
		return argument_nil(s);
	if (!has_room(s, PATH_MAX)) {
		put_empty(s);
		argument_end(s, true);
		return;
	}
	argument_end(s, put_user_string(s, from, PATH_MAX + 1) == PATH_MAX);
}

/* What comes before the arguments, behind them in `data`. */
static __always_inline void put_head(struct scratch *s, __u32 slot, const struct event_table *table)
{
	struct task_struct *task = current_task();

	put_context(slot);
	put_image(slot);
	if (table->options & EVENT_WITH_CWD && task_read(task, fs))
		put_path(s, slot, &task_read(task, fs)->pwd);
	else
		put_nil(s);
}

/* Whether a clause is left, now that all of the event can be seen; then its head is written. */
static __always_inline bool is_wanted(struct scratch *s, __u32 slot, const struct event_table *table)
{
	__u32 first = table->first_step, early = first + table->early_steps, last = first + table->steps;

	if (s->clauses)
		judge(slot, first, early);
	if (!s->clauses && !s->sampled)
		return false;
	put_head(s, slot, table);
	if (s->clauses)
		judge(slot, early, last);
	return s->clauses || s->sampled;
}

/* The event that has begun did not happen after all. */
static __always_inline void event_cancel(struct scratch *s)
{
	struct counts *count = bpf_map_lookup_elem(&counts, &s->event);

	if (count)
		count->generated--;
	scratch_release(s);
}

/* Send the event. The ring pads a record to 8 bytes and puts 8 bytes before the next one; the
 * event ends with the header of a `bin` that covers both, so that the ring's memory is itself
 * a sequence of msgpack values and the collector copies it as it is. The padding is sent, and
 * not left to the ring: there it would be what an older event left behind. */
__noinline int event_send(__u32 slot)
{
	struct scratch *s = scratch_at(slot);
	struct event_table *table;
	struct counts *count;
	__u32 length, padding, from, arguments, offset;

	if (!s)
		return 0;
	count = bpf_map_lookup_elem(&counts, &s->event);
	table = wanted_at(s->table);
	if (!count || !table) {
		scratch_release(s);
		return 0;
	}
	arguments = s->offset & (EVENT_SIZE - 1);
	if (!is_wanted(s, slot, table)) {
		count->filtered++;
		scratch_release(s);
		return 0;
	}
	set_64(s, AT_CLAUSES, 0xcf, s->clauses);
	set_32(s, AT_TRUNCATED, s->truncated);
	set_32(s, AT_RACY, s->racy);
	set_32(s, AT_USER, s->user);
	offset = s->offset & (EVENT_SIZE - 1);
	forget(arguments);
	bpf_probe_read_kernel(&s->data[offset], arguments & (EVENT_SIZE - 1), s->data);
	offset = (offset + arguments) & (2 * EVENT_SIZE - 1);
	s->data[offset] = s->via ? s->via : 0xc0;
	s->offset = offset + 1;
	from = s->head;
	padding = -(s->offset - from + 2) & 7;
	length = s->offset - from + 2 + padding;
	if (s->offset + 16 >= 2 * EVENT_SIZE || length >= EVENT_SIZE) {
		count->lost_size++;
		scratch_release(s);
		return 0;
	}
	offset = s->offset & (2 * EVENT_SIZE - 1);
	if (offset < 2 * EVENT_SIZE - 16) {
		s->data[offset] = 0xc4;
		s->data[offset + 1] = padding + 8;
		*(__u64 *)&s->data[offset + 2] = 0;
	}
	if (s->truncated)
		count->truncated++;
	/* _output and not reserve and submit: a task preempted between the two would block the
	 * ring for everybody. The reader looks on a timer; waking it costs the traced process
	 * two to three times as much. */
	forget(length);
	forget(from);
	if (bpf_ringbuf_output(&ring, &s->data[from & (EVENT_SIZE - 1)], length & (EVENT_SIZE - 1), BPF_RB_NO_WAKEUP))
		count->lost_ring++;
	scratch_release(s);
	return 0;
}

#endif
