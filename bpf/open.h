/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_OPEN_H
#define TRACEWIRE_OPEN_H

#include "inode.h"
#include "owner.h"
#include "record.h"
#include "uring.h"

#define O_WRONLY 01
#define O_CREAT 0100
#define O_EXCL 0200
#define O_NOCTTY 0400
#define O_TRUNC 01000
/* What the kernel clears in struct file once the file is open. */
#define O_ONCE (O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC)

struct opened {
	__u64 file;
	__s32 descriptor;
	__u32 racy;
};

static __always_inline __u64 last_allocated(const struct record *record)
{
	return record->files ? record->file[(record->files - 1) & (FILES - 1)] : 0;
}

/* The file that an open has made: one of those that were allocated during the call. An open
 * may allocate several (a second try with locks, the layer below an overlay); the new
 * descriptor tells which, unless another thread has put another file in its place. Then the
 * last one is it: the layers below have a cache of their own since 6.13. */
static __always_inline void find_opened(struct opened *opened, const struct record *record, int descriptor)
{
	struct file *file = file_of_descriptor(current_task(), descriptor);

	opened->file = (__u64)file;
	opened->descriptor = descriptor;
	opened->racy = record->files == 0;
	for (__u32 i = 0; i < FILES; i++)
		if (i < record->files && record->file[i] == (__u64)file)
			return;
	if (record->files) {
		file = (void *)last_allocated(record);
		if (BPF_CORE_READ(file, f_mode) & FMODE_OPENED)
			opened->file = (__u64)file;
		else
			opened->racy = 1;
	}
}

/* Until 6.13 a file's references were one counter (90ee6ed776c0). */
struct file___counted {
	atomic_long_t f_count;
} __attribute__((preserve_access_index));

struct file___referenced {
	file_ref_t f_ref;
} __attribute__((preserve_access_index));

static __always_inline bool is_referenced(const struct file *file)
{
	const struct file___referenced *referenced = (const void *)file;
	const struct file___counted *counted = (const void *)file;

	if (bpf_core_field_exists(referenced->f_ref)) /* counts from 0; what is given up is negative */
		return (__s64)BPF_CORE_READ(referenced, f_ref.refcnt.counter) >= 0;
	return (__s64)BPF_CORE_READ(counted, f_count.counter) > 0;
}

/* The file that a request of io_uring has just opened: its descriptor is not known, and may be
 * none of the process's. */
static __always_inline void find_opened_by_request(struct opened *opened, const struct record *record)
{
	struct file *file = (void *)last_allocated(record);

	opened->file = file && BPF_CORE_READ(file, f_mode) & FMODE_OPENED ? (__u64)file : 0;
	opened->descriptor = NO_DESCRIPTOR;
	opened->racy = 0;
}

/* The same where its result is known: a descriptor, unless it was put into the ring's own table. */
static __always_inline void find_opened_with_result(struct opened *opened, const struct record *record, __s32 result)
{
	const struct io_open *request = (void *)record->request;

	if (BPF_CORE_READ(request, file_slot))
		find_opened_by_request(opened, record);
	else
		find_opened(opened, record, result);
}

/* Whether the file was still the one that the call has made after all of it had been read. */
static __always_inline bool stayed_open(const struct opened *opened)
{
	struct file *now;

	if (opened->descriptor == NO_DESCRIPTOR) {
		now = (void *)opened->file;
		return !opened->racy && is_referenced(now) && still_owns_file(now);
	}
	now = file_of_descriptor(current_task(), opened->descriptor);
	return !opened->racy && (__u64)now == opened->file && still_owns_file(now);
}

static __always_inline __u64 given_flags(const struct record *record)
{
	__u64 given = 0;

	switch (record->syscall) {
	case NR_CREAT:
		return O_CREAT | O_WRONLY | O_TRUNC;
	case NR_OPEN:
		return record->arguments[1];
	case NR_OPENAT2:
		/* struct open_how; nothing else keeps whether the file was to be created */
		bpf_probe_read_user(&given, sizeof(given), (void *)record->arguments[2]);
		return given;
	default:
		return record->arguments[2];
	}
}

static __always_inline void argument_open_flags(struct scratch *s, const struct record *record, __u32 kept)
{
	if (record->syscall == NR_OPENAT2)
		mark_user(s);
	argument_unsigned(s, kept | (given_flags(record) & O_ONCE));
}

struct file_facts {
	__u32 flags;
	const struct dentry *dentry;
	const struct vfsmount *mount;
};

static __always_inline void look_at_file(struct file_facts *facts, const struct file *file)
{
	if (can_cast()) {
		struct file *typed = cast(struct file, file);

		facts->flags = typed->f_flags;
		facts->dentry = typed->f_path.dentry;
		facts->mount = typed->f_path.mnt;
	} else {
		facts->flags = BPF_CORE_READ(file, f_flags);
		facts->dentry = BPF_CORE_READ(file, f_path.dentry);
		facts->mount = BPF_CORE_READ(file, f_path.mnt);
	}
}

/* Which clauses are left for the open of FILE. What another thread may have changed, or may change
 * until it is written, decides nothing. */
static __always_inline void decide_open(struct decision *decision, const struct record *record,
					const struct opened *opened)
{
	__u64 possible = decision->clauses;
	struct file_facts file;

	if (opened->racy)
		return;
	look_at_file(&file, (void *)opened->file);
	decide_by_flags(decision, file.flags | (given_flags(record) & O_ONCE),
			record->syscall == NR_OPENAT2 ? O_ONCE : 0);
	decide_by_path(decision, file.dentry, file.mount);
	/* Each bit counts, and not only whether any is left: the engine looks at nothing else. */
	if (decision->clauses != possible && !record->owns_descriptors && !stayed_open(opened))
		decision->clauses = possible;
}

#endif
