/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_WANTED_H
#define TRACEWIRE_WANTED_H

#include "record.h"

/* One bit per clause of the interest in an event: at most 64 clauses each. A field that a
 * clause does not constrain has the clause's bit in the field's `any_` word. */

#define EVENT_WITH_CWD (1 << 0)
#define EVENT_WITH_REQUESTED (1 << 1) /* arguments that are `on_request` in the catalogue */

/* What to look for in `pattern_nodes`. */
#define BY_PATH (1 << 0)
#define BY_NAME (1 << 1) /* patterns of the last component alone, too */
#define BY_ENDS 0xff00 /* of its last bytes: a bit for each length, see pattern.h */

#define UID_RANGES 8
#define FLAG_TESTS 8

struct uid_range {
	__u32 low, high; /* both included */
	__u64 clauses;
};

struct flag_test {
	__u32 mask, value; /* (flags & mask) == value */
	__u64 clauses;
};

/* The loader writes it as a whole; an event that nobody wants is all zero. */
struct event_table {
	__u64 clauses; /* all of them */
	__u32 generation;
	__u32 options;
	__u64 on_host; /* clauses that hold outside of containers */
	__u64 in_container;
	__u64 any_uid;
	__u64 any_comm;
	__u32 uid_ranges;
	__u32 comms; /* nonzero: look into `comm_clauses` */
	struct uid_range uids[UID_RANGES];
	__u64 any_flags;
	__u64 any_path;
	__u64 rooted; /* clauses with a pattern from the root, and not only of the last component */
	__u64 ending; /* clauses with a pattern of the last component's end */
	__u64 seed; /* of the hashes of this event's patterns */
	__u32 flag_tests;
	__u32 patterns; /* BY_PATH, BY_NAME, BY_ENDS */
	struct flag_test flags[FLAG_TESTS];
	__u64 sampling; /* an instance whose number has none of these bits is never dropped */
	__u32 first_step; /* of judge.h, in `steps` */
	__u32 early_steps; /* those that need nothing but arguments and the task */
	__u32 steps;
	__u32 pad;
};

/* Two tables for each event: the one that holds, and the one that the loader is writing. Who has
 * begun with one goes on with it; the loader waits for those before it writes there again. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} wanted_bank SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * EVENT_IDS);
	__type(key, __u32);
	__type(value, struct event_table);
} wanted SEC(".maps");

/* Where the table of EVENT that holds is in `wanted`. */
static __always_inline __u32 wanted_index(__u32 event)
{
	__u32 zero = 0, *bank = bpf_map_lookup_elem(&wanted_bank, &zero);

	return event + (bank && *bank ? EVENT_IDS : 0);
}

/* The event whose table is at INDEX. */
static __always_inline __u32 event_of(__u32 index)
{
	return index >= EVENT_IDS ? index - EVENT_IDS : index;
}

static __always_inline struct event_table *wanted_at(__u32 index)
{
	return bpf_map_lookup_elem(&wanted, &index);
}

struct comm_key {
	__u32 index; /* of the event's table */
	char comm[16]; /* padded with NUL */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct comm_key);
	__type(value, __u64);
} comm_clauses SEC(".maps");

static __always_inline __u64 clauses_by_uid(const struct event_table *table)
{
	__u32 uid = bpf_get_current_uid_gid();
	__u64 clauses = table->any_uid;

#pragma unroll
	for (int i = 0; i < UID_RANGES; i++)
		if (uid >= table->uids[i].low && uid <= table->uids[i].high)
			clauses |= table->uids[i].clauses;
	return clauses;
}

static __always_inline __u64 clauses_by_comm(const struct event_table *table, __u32 index)
{
	struct comm_key key = { .index = index };
	__u64 *found;

	if (task_read(current_task(), flags) & PF_IO_WORKER)
		bpf_probe_read_kernel_str(key.comm, sizeof(key.comm), acting_task()->comm);
	else
		bpf_get_current_comm(key.comm, sizeof(key.comm));
	found = bpf_map_lookup_elem(&comm_clauses, &key);
	return table->any_comm | (found ? *found : 0);
}

/* The clauses that the current task's context leaves possible; 0: the event is not wanted.
 * The cheapest field first, and no further look once nothing is left. Clauses over
 * arguments continue from this word. */
static __always_inline __u64 wanted_clauses(const struct event_table *table, __u32 index, int contained)
{
	__u64 clauses = table->clauses;

	clauses &= contained ? table->in_container : table->on_host;
	if (clauses && table->uid_ranges)
		clauses &= clauses_by_uid(table);
	if (clauses && table->comms)
		clauses &= clauses_by_comm(table, index);
	return clauses;
}

/* Bits of UNKNOWN may be set or not. */
static __always_inline __u64 clauses_by_flags(const struct event_table *table, __u32 flags, __u32 unknown)
{
	__u64 clauses = table->any_flags;

#pragma unroll
	for (int i = 0; i < FLAG_TESTS; i++)
		if (!((flags ^ table->flags[i].value) & table->flags[i].mask & ~unknown))
			clauses |= table->flags[i].clauses;
	return clauses;
}

#endif
