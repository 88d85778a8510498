/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_OPEN_H
#define TRACEWIRE_OPEN_H

#include "inode.h"
#include "record.h"
#include "syscalls.h"

#define O_WRONLY 01
#define O_CREAT 0100
#define O_EXCL 0200
#define O_NOCTTY 0400
#define O_TRUNC 01000
/* What the kernel clears in struct file once the file is open. */
#define O_ONCE (O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC)

struct opened {
	__u64 file;
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
	struct file *file = file_of_descriptor(bpf_get_current_task_btf(), descriptor);

	opened->file = (__u64)file;
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

/* Where the caller had the path. */
static __always_inline __u64 path_argument(const struct record *record)
{
	return record->arguments[record->syscall == NR_OPEN || record->syscall == NR_CREAT ? 0 : 1];
}

static __always_inline void argument_open_flags(struct scratch *s, const struct record *record, __u32 kept)
{
	__u64 given = 0;

	switch (record->syscall) {
	case NR_CREAT:
		given = O_CREAT | O_WRONLY | O_TRUNC;
		break;
	case NR_OPEN:
		given = record->arguments[1];
		break;
	case NR_OPENAT2:
		bpf_probe_read_user(&given, sizeof(given), (void *)record->arguments[2]); /* struct open_how */
		if (given & O_ONCE)
			mark_user(s);
		break;
	default:
		given = record->arguments[2];
	}
	argument_unsigned(s, kept | (given & O_ONCE));
}

#endif
