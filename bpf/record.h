/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_RECORD_H
#define TRACEWIRE_RECORD_H

#include "kernel.h"
#include "registers.h"
#include "syscalls.h"

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
	__u32 cut; /* of a path that hook.h wrote: its beginning is missing */
	char text[NAME_TEXT];
};

/* An inode whose change time the system call set, with the name it had then. Kept by value:
 * when the call returns, the inode and its dentry may be other objects' memory. */
struct candidate {
	__u64 inode;
	__u64 dentry;
	__u64 parent;
	__u64 directory; /* the inode of `parent` */
	__u64 number;
	__u64 ctime;
	__u32 device;
	__u32 mode;
	__u32 aliases; /* which one of the inode's names this is, from 1; 0: no name yet */
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
	__u32 syscall; /* the x86_64 number of what is called, whichever table `number` is from */
	__u64 arguments[6];
	__u32 number; /* see call_number() */
	__u32 from_memory; /* `arguments` are what the caller's memory held: a socketcall */
	__u32 names;
	__u32 files;
	__u32 candidates;
	__u32 address_length;
	__u64 mount;
	__u32 address_exact; /* `address` comes from the kernel's copy */
	__u32 hooked; /* names, candidate and address come from a hook (hook.h) */
	__u32 has_type; /* `tail` is the type of the file system to be mounted */
	__u32 socket_type; /* of the kernel's socket; 0: not seen */
	__u32 watches_inodes; /* the call changes inodes, and which ones is of interest */
	__u32 previous_protection;
	__u32 owns_descriptors; /* no other task has this table of descriptors */
	__u32 owns_memory; /* no other task has this memory */
	__u64 file[FILES];
	__u8 address[ADDRESS_SIZE]; /* struct sockaddr_* */
	__u64 request; /* of io_uring, that is told of instead of a system call; 0: none is */
	__u64 submitter; /* the task that asked for it */
	__u32 serves_rings; /* the task executes requests: see uring.h */
	__u32 opcode; /* of `request` */
	struct {
		__u32 syscall, active;
		__u64 arguments[6];
	} outer; /* the system call in which the request is executed */
	__u32 unproven; /* that the request succeeded has to be shown by what it did */
	struct credentials credentials, new_credentials; /* at entry and at exit */
	struct name name[NAMES];
	struct candidate candidate[CANDIDATES];
	char tail[NAME_TEXT]; /* of a name, while it is compared */
};

TASK_MAP(struct record, records);

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
	struct record *record = task_value(records, current_task());

	return record && record->active ? record : NULL;
}

static __always_inline bool is_exec(__u32 syscall)
{
	return syscall == NR_EXECVE || syscall == NR_EXECVEAT;
}

/* The same at the call's end, after which it is empty again. */
static __always_inline struct record *take_record(__u32 number)
{
	struct record *record = current_record();

	if (!record)
		return NULL;
	/* Every successful exec looks like execve, by the table of the program that now runs
	 * (set_personality_64bit() and its like). */
	if (record->number != number && !(is_exec(record->syscall) && (number == NR_EXECVE || number == NR_32_EXECVE)))
		return NULL;
	record->active = 0;
	return record;
}

/* The number of the system call that an event tells: a request does the same without one. */
static __always_inline int told_syscall(const struct record *record)
{
	return record->request ? -1 : record->number;
}

/* Whose deed it is what the current task does: a thread that only executes requests of io_uring
 * does it for the task that submitted them. */
static __always_inline struct task_struct *acting_task(void)
{
	struct task_struct *task = current_task(), *submitter;
	struct record *record;

	if (!(task_read(task, flags) & PF_IO_WORKER))
		return (void *)task;
	record = task_value(records, task);
	submitter = record ? (void *)record->submitter : NULL;
	/* A ring with a submission thread of its own: then it is the process's. */
	if (!submitter || BPF_CORE_READ(submitter, flags) & PF_IO_WORKER)
		return BPF_CORE_READ(task, group_leader);
	return submitter;
}

/* Where the caller had the path that open and its kin are given. */
static __always_inline __u64 path_argument(const struct record *record)
{
	return record->arguments[record->syscall == NR_OPEN || record->syscall == NR_CREAT ? 0 : 1];
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
