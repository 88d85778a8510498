/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_RECORD_H
#define TRACEWIRE_RECORD_H

#include "kernel.h"

/* What inner tracepoints found during a task's current system call, until it returns. */

#define NAMES 2
#define NO_NAME 0xffffffff
#define NAME_TEXT 256
#define FILES 4
#define CANDIDATES 8
#define ADDRESS_SIZE 128

/* The kernel's own copy of a path that the caller gave. */
struct name {
	__u64 user; /* where the caller had it; 0: given by the kernel itself; ~0: unknown */
	__u32 length;
	__u32 is_long; /* all of it is in `long_names` */
	char text[NAME_TEXT];
};

/* An inode whose change time the system call set, with the name it had then. */
struct candidate {
	__u64 inode;
	__u64 dentry;
	__u64 parent;
	__u32 aliases; /* 0: no name yet; 2: hard links */
	__u32 length;
	char text[NAME_TEXT];
};

struct credentials {
	__u32 ids[8]; /* uid gid suid sgid euid egid fsuid fsgid */
	__u32 user_namespace;
	__u32 securebits;
	__u64 capabilities[5]; /* inheritable permitted effective bounding ambient */
};

struct record {
	__u32 active;
	__u32 syscall;
	__u64 arguments[6];
	__u32 names;
	__u32 files;
	__u32 candidates;
	__u32 address_length;
	__u64 mount;
	__u64 listening; /* the socket that began to listen */
	__u32 address_exact; /* `address` comes from the kernel's copy */
	__u32 watches_inodes; /* the call changes inodes, and which ones is of interest */
	__u32 previous_protection;
	__u64 file[FILES];
	__u8 address[ADDRESS_SIZE]; /* struct sockaddr_* */
	struct credentials credentials;
	struct name name[NAMES];
	struct candidate candidate[CANDIDATES];
	char tail[NAME_TEXT]; /* of a name, while it is compared */
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct record);
} records SEC(".maps");

/* Paths that do not fit into a record, one entry for a thread and position. A few at a time:
 * an entry lives as long as a system call. One that was displaced shows as truncated. */
struct long_name_key {
	__u32 tid;
	__u32 position;
};

struct long_name {
	char text[PATH_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 256);
	__type(key, struct long_name_key);
	__type(value, struct long_name);
} long_names SEC(".maps");

/* The current task's record while it is in a system call of interest. */
static __always_inline struct record *current_record(void)
{
	struct record *record = bpf_task_storage_get(&records, bpf_get_current_task_btf(), 0, 0);

	return record && record->active ? record : NULL;
}

/* The same at the call's end, after which it is empty again. */
static __always_inline struct record *take_record(long syscall)
{
	struct record *record = current_record();

	if (!record || record->syscall != syscall)
		return NULL;
	record->active = 0;
	return record;
}

/* The whole text of NAME. */
static __always_inline const char *name_text(const struct name *name, __u32 position)
{
	struct long_name_key key = { .tid = bpf_get_current_pid_tgid(), .position = position };
	struct long_name *whole;

	if (!name->is_long)
		return name->text;
	whole = bpf_map_lookup_elem(&long_names, &key);
	return whole ? whole->text : name->text;
}

/* The position of the name that the caller gave at ADDRESS, NO_NAME if none was copied from there. */
static __always_inline __u32 name_given_at(struct record *record, __u64 address)
{
	if (record->names > 0 && record->name[0].user == address)
		return 0;
	if (record->names > 1 && record->name[1].user == address)
		return 1;
	/* Of a path of 4,064 bytes and more the kernel frees the text alone: it is the one
	 * that is left. */
	if (record->names > 0 && record->name[0].user == ~0ULL)
		return 0;
	if (record->names > 1 && record->name[1].user == ~0ULL)
		return 1;
	return NO_NAME;
}

#endif
