/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_MAPS_H
#define TRACEWIRE_MAPS_H

#include "kernel.h"

/* Maps of one name are one map in all objects: the loader hands the first object's to the
 * others. Only `ring` is each object's own. */

#define EVENT_SIZE (32 * 1024) /* an event is smaller than this */
#define PATH_SIZE 4096
#define SLOTS 4 /* a task, and what may interrupt it on its CPU */

/* The walk from a dentry up to the root of its mount namespace. In a map, not in registers:
 * as registers the walk's loop exceeds the verifier's million instructions. */
struct walk {
	__u64 dentry;
	__u64 mount;
	__u64 mount_root; /* of `mount`: read once per mount, not once per component */
	__u64 mount_parent;
	__u64 mount_point;
	__u32 offset; /* of the path's beginning in `path`; it is written backwards */
	__u32 state;
};

enum walk_state { WALK_GOES_ON, WALK_AT_ROOT, WALK_CUT };

/* The search for the mount through which the current task sees a dentry. */
struct mount_search {
	__u64 dentry;
	__u64 namespace;
	__u64 next; /* mount to look at */
	__u64 end; /* address of the list's head where it is a circle */
	__u64 found;
	__u64 several; /* more than one */
};

#define PATTERN_LEVELS 64 /* a path with more components matches every pattern */

/* A path on its way through the patterns of clauses. */
struct pattern_walk {
	__u64 dentry[PATTERN_LEVELS]; /* from the last component to the first */
	__u32 sequence[PATTERN_LEVELS]; /* of each, when its parent was read */
	__u32 levels;
	__u32 whole; /* the root was reached, and every name could be read */
	__u64 hash;
	__u64 clauses; /* satisfied so far */
	__u64 below; /* by what is in the directory that was reached */
	__u64 here; /* by that directory itself */
	__u64 directory; /* the hash of the directory that the last name is in */
	__u64 part; /* how many bytes of the next name are patterns of their own */
	__u64 length; /* of `name` */
	__u8 name[256 + 8];
};

#define ARGUMENTS 32 /* of an event, at most */

/* A field of an event on its way through the steps of judge.h. */
struct judged {
	__u64 word; /* clauses that the field satisfies so far */
	__u64 value;
	__u32 state; /* enum judged_state */
	__u32 at, end; /* of a text in `data` */
	__u32 last; /* no component follows */
};

/* What a system call was called with and has returned; call.h. */
struct given_registers {
	__u64 value[8]; /* six, and two zeros that a mask may lead to */
	__s64 result;
	__u32 is_32_bit;
	__u32 block; /* where in `data` a list begins whose length is not known yet */
};

struct scratch {
	__u32 claimed;
	__u32 offset; /* of the next byte in `data` */
	__u32 limit; /* text and paths end before it */
	__u32 event;
	__u32 table; /* of the event, in `wanted` */
	__u32 argument; /* position of the next argument */
	__u32 truncated, racy, user; /* a bit per argument */
	__u32 head; /* where the event begins in `data`, once it does; before it lie its arguments */
	__u32 image; /* where the process's image begins in `data`; 0: it is not written yet */
	__u32 syscall;
	__u32 via;
	__u32 sampled; /* sent even if no clause is left */
	__s64 return_value;
	__u64 clauses; /* that are still possible */
	__u32 at[ARGUMENTS]; /* where each argument begins in `data` */
	struct judged judged;
	struct walk walk;
	struct mount_search search;
	struct pattern_walk pattern;
	struct given_registers given;
	/* Twice as large as the masks allow, so that the verifier need not relate the offset
	 * of a write to its length. */
	__u8 path[2 * PATH_SIZE];
	__u8 data[2 * EVENT_SIZE];
};

/* SLOTS for each possible CPU: the loader sets the size. Not a per-CPU array, whose values
 * end at 32 KiB. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SLOTS);
	__type(key, __u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

/* What became of the instances of an event. written = generated - filtered - all lost. */
struct counts {
	__u64 generated;
	__u64 filtered;
	__u64 lost_ring;
	__u64 lost_scratch;
	__u64 lost_size;
	__u64 truncated;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, EVENT_IDS);
	__type(key, __u32);
	__type(value, struct counts);
} counts SEC(".maps");

#endif
