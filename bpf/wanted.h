/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_WANTED_H
#define TRACEWIRE_WANTED_H

#include "kernel.h"

/* One bit per clause of the interest in an event: at most 64 clauses each. A field that a
 * clause does not constrain has the clause's bit in the field's `any_` word. */

#define EVENT_WITH_CWD (1 << 0)
#define EVENT_WITH_REQUESTED (1 << 1) /* arguments that are `on_request` in the catalogue */

#define UID_RANGES 8

struct uid_range {
	__u32 low, high; /* both included */
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
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, EVENT_IDS);
	__type(key, __u32);
	__type(value, struct event_table);
} wanted SEC(".maps");

struct comm_key {
	__u32 event;
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

static __always_inline __u64 clauses_by_comm(const struct event_table *table, __u32 event)
{
	struct comm_key key = { .event = event };
	__u64 *found;

	bpf_get_current_comm(key.comm, sizeof(key.comm));
	found = bpf_map_lookup_elem(&comm_clauses, &key);
	return table->any_comm | (found ? *found : 0);
}

/* The clauses that the current task's context leaves possible; 0: the event is not wanted.
 * The cheapest field first, and no further look once nothing is left. Clauses over
 * arguments continue from this word. */
static __always_inline __u64 wanted_clauses(const struct event_table *table, __u32 event, int contained)
{
	__u64 clauses = table->clauses;

	clauses &= contained ? table->in_container : table->on_host;
	if (clauses && table->uid_ranges)
		clauses &= clauses_by_uid(table);
	if (clauses && table->comms)
		clauses &= clauses_by_comm(table, event);
	return clauses;
}

#endif
