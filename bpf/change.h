/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_CHANGE_H
#define TRACEWIRE_CHANGE_H

#include "inode.h"
#include "mount.h"
#include "record.h"

/* Which inode did a system call change? The kernel sets the change time of each that it does,
 * and tells a tracepoint with the inode itself: the path that the caller gave may have been
 * swapped meanwhile, or lead elsewhere through a link. Among the inodes of one call are the
 * directories, the target that a rename overwrites, and on overlayfs those of the layers
 * below; the name that the caller gave and the mount tell them apart. */

#define ALIASES 3 /* names of one inode that are looked at */
#define WORDS (NAME_TEXT / 8)

static __always_inline void remember_alias(struct record *record, struct inode *inode, struct dentry *dentry, __u32 aliases)
{
	struct candidate *candidate = &record->candidate[record->candidates & (CANDIDATES - 1)];
	long size = 0;

	candidate->inode = (__u64)inode;
	candidate->dentry = (__u64)dentry;
	candidate->aliases = aliases;
	candidate->parent = 0;
	if (dentry) {
		candidate->parent = (__u64)BPF_CORE_READ(dentry, d_parent);
		size = bpf_probe_read_kernel_str(candidate->text, NAME_TEXT, BPF_CORE_READ(dentry, d_name.name));
	}
	candidate->length = size > 0 ? size - 1 : 0;
	record->candidates++;
}

static __always_inline struct dentry *alias_at(struct hlist_node *node)
{
	return node ? (void *)node - bpf_core_field_offset(struct dentry, d_u.d_alias) : NULL;
}

/* Called by whichever tracepoint tells of a new change time. */
static __always_inline void remember_inode(struct inode *inode)
{
	struct record *record = current_record();
	struct hlist_node *node;
	__u32 aliases = 0;

	if (!record || !record->watches_inodes)
		return;
	node = BPF_CORE_READ(inode, i_dentry.first);
	if (!node) { /* new, and not yet in any directory */
		remember_alias(record, inode, NULL, 0);
		return;
	}
	for (int i = 0; i < ALIASES && node; i++) {
		remember_alias(record, inode, alias_at(node), ++aliases);
		node = BPF_CORE_READ(node, next);
	}
}

/* Whether the last component of the name at POSITION is what CANDIDATE was called. */
static __always_inline bool is_called(struct record *record, struct candidate *candidate, __u32 position)
{
	struct name *name = &record->name[position & (NAMES - 1)];
	const char *text = name_text(name, position);
	__u32 length = name->length & (PATH_MAX - 1), wanted = candidate->length & (NAME_TEXT - 1);
	__u64 *one = (void *)record->tail, *other = (void *)candidate->text;
	char before = '/';

	for (int i = 0; i < 8; i++) { /* rename of a directory allows slashes behind it */
		char last = 0;

		if (!length)
			break;
		bpf_probe_read_kernel(&last, 1, text + length - 1);
		if (last != '/')
			break;
		length--;
	}
	if (!wanted || length < wanted)
		return false;
	if (length > wanted)
		bpf_probe_read_kernel(&before, 1, text + length - wanted - 1);
	if (before != '/')
		return false;
	bpf_probe_read_kernel(record->tail, wanted, text + length - wanted);
	for (int i = 0; i < WORDS; i++) {
		__u64 mask = ~0ULL;
		__u32 left = wanted - i * 8;

		if (wanted <= i * 8)
			break;
		if (left < 8)
			mask >>= (8 - left) * 8;
		if ((one[i] ^ other[i]) & mask)
			return false;
	}
	return true;
}

/* The same of what it is called now. */
static __always_inline bool is_called_now(struct record *record, struct candidate *candidate, __u32 position)
{
	struct dentry *dentry = (void *)candidate->dentry;
	long size = bpf_probe_read_kernel_str(candidate->text, NAME_TEXT, BPF_CORE_READ(dentry, d_name.name));

	candidate->length = size > 0 ? size - 1 : 0;
	return is_called(record, candidate, position);
}

#define NO_CANDIDATE (-1)

enum choice {
	CHOOSE_NAMED, /* the one that is called what the caller said */
	CHOOSE_RENAMED, /* the same, and it has moved since */
	CHOOSE_NEW, /* one that had no name yet */
	CHOOSE_ANY, /* the last one: the caller's name may be a link's */
};

/* Whether candidate INDEX fits, and is seen through a mount of the task. Global: verified once. */
__noinline int candidate_fits(__u32 slot, __u32 index, __u32 choice, __u32 position)
{
	struct record *record = bpf_task_storage_get(&records, bpf_get_current_task_btf(), 0, 0);
	struct candidate *candidate;
	struct dentry *dentry;

	if (!record)
		return 0;
	candidate = &record->candidate[index & (CANDIDATES - 1)];
	dentry = (void *)candidate->dentry;
	if (choice == CHOOSE_NEW) {
		struct inode *inode = (void *)candidate->inode;

		if (candidate->aliases)
			return 0;
		dentry = alias_at(BPF_CORE_READ(inode, i_dentry.first));
		candidate->dentry = (__u64)dentry;
	}
	if (!dentry)
		return 0;
	if ((choice == CHOOSE_NAMED || choice == CHOOSE_RENAMED) && !is_called(record, candidate, position))
		return 0;
	if (choice == CHOOSE_RENAMED && (__u64)BPF_CORE_READ(dentry, d_parent) == candidate->parent) {
		/* In the same directory a rename changes the name. */
		char now[NAME_TEXT] = {};

		bpf_probe_read_kernel_str(now, sizeof(now), BPF_CORE_READ(dentry, d_name.name));
		if (BPF_CORE_READ(dentry, d_name.len) == candidate->length) {
			for (int i = 0; i < NAME_TEXT; i++) {
				if (now[i] != candidate->text[i])
					break;
				if (!now[i])
					return 0;
			}
		}
	}
	return find_mount(slot, (__u64)dentry);
}

/* The candidate that fits, the latest first: overlayfs sets its own inode's time last. */
static __always_inline int choose_candidate(struct record *record, __u32 slot, enum choice choice, __u32 position)
{
	__u32 count = record->candidates;

	for (__u32 i = 1; i <= CANDIDATES; i++) {
		if (i > count)
			break;
		if (candidate_fits(slot, count - i, choice, position))
			return (count - i) & (CANDIDATES - 1);
	}
	return NO_CANDIDATE;
}

/* The name as it was given: where the object itself was not seen. */
static __always_inline void argument_given_name(struct scratch *s, struct record *record, __u32 position)
{
	if (position == NO_NAME)
		argument_nil(s);
	else
		argument_kernel_string(s, name_text(&record->name[position & (NAMES - 1)], position));
}

#endif
