/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_CHANGE_H
#define TRACEWIRE_CHANGE_H

#include "given.h"
#include "inode.h"
#include "mount.h"
#include "uring.h"

/* Which inode did a system call change? The kernel sets the change time of each that it does,
 * and tells a tracepoint with the inode itself: the path that the caller gave may have been
 * swapped meanwhile, or lead elsewhere through a link. Among the inodes of one call are the
 * directories, the target that a rename overwrites, and on overlayfs those of the layers
 * below; the name that the caller gave, the mount, and what became of the name tell them apart.
 * What the call left behind is looked at when it returns, when another thread may have changed
 * it again: what does not fit together then is marked. */

#define ALIASES 3 /* names of one inode that are looked at */
#define WORDS (NAME_TEXT / 8)
#define S_IFLNK 0120000

static __always_inline void remember_alias(struct record *record, struct inode *inode, __u64 ctime,
					   struct dentry *dentry, __u32 aliases)
{
	struct candidate *candidate = &record->candidate[record->candidates & (CANDIDATES - 1)];
	struct dentry *parent;
	long size = 0;

	candidate->inode = (__u64)inode;
	candidate->dentry = (__u64)dentry;
	candidate->number = BPF_CORE_READ(inode, i_ino);
	candidate->ctime = ctime;
	candidate->device = device_number(BPF_CORE_READ(inode, i_sb, s_dev));
	candidate->mode = BPF_CORE_READ(inode, i_mode);
	candidate->aliases = aliases;
	candidate->parent = candidate->directory = 0;
	if (dentry) {
		parent = BPF_CORE_READ(dentry, d_parent);
		candidate->parent = (__u64)parent;
		candidate->directory = (__u64)BPF_CORE_READ(parent, d_inode);
		size = bpf_probe_read_kernel_str(candidate->text, NAME_TEXT, BPF_CORE_READ(dentry, d_name.name));
	}
	candidate->length = size > 0 ? size - 1 : 0;
	record->candidates++;
}

/* The union is called d_u until 6.19, and has no name since. */
struct dentry___named {
	union {
		struct hlist_node d_alias;
	} d_u;
} __attribute__((preserve_access_index));

struct dentry___unnamed {
	struct hlist_node d_alias;
} __attribute__((preserve_access_index));

static __always_inline struct dentry *alias_at(struct hlist_node *node)
{
	struct dentry___named *named = NULL;

	if (!node)
		return NULL;
	if (bpf_core_field_exists(named->d_u.d_alias))
		return (void *)node - bpf_core_field_offset(struct dentry___named, d_u.d_alias);
	return (void *)node - bpf_core_field_offset(struct dentry___unnamed, d_alias);
}

/* The name at NODE, if there is one, and where to find the next. */
static __always_inline struct hlist_node *remember_alias_at(struct record *record, struct inode *inode, __u64 ctime,
							    struct hlist_node *node, __u32 aliases)
{
	if (!node)
		return NULL;
	remember_alias(record, inode, ctime, alias_at(node), aliases);
	return BPF_CORE_READ(node, next);
}

/* Called by whichever tracepoint tells of a new change time, in nanoseconds since 1970. */
static __always_inline void remember_inode(struct inode *inode, __u64 ctime)
{
	struct record *record = serving_record();
	struct hlist_node *node;

	if (!record || !(record->watches_inodes || is_serving(record)))
		return;
	node = BPF_CORE_READ(inode, i_dentry.first);
	if (!node) { /* new, and not yet in any directory */
		remember_alias(record, inode, ctime, NULL, 0);
		return;
	}
	/* Not a loop: clang keeps what it counts on the stack, where the verifier loses sight of it. */
	node = remember_alias_at(record, inode, ctime, node, 1);
	node = remember_alias_at(record, inode, ctime, node, 2);
	remember_alias_at(record, inode, ctime, node, ALIASES);
}

static __always_inline bool same_text(const char *one_text, const char *other_text, __u32 length)
{
	const __u64 *one = (const void *)one_text, *other = (const void *)other_text;

	for (int i = 0; i < WORDS; i++) {
		__u64 mask = ~0ULL;
		__u32 left = length - i * 8;

		if (length <= i * 8)
			break;
		if (left < 8)
			mask >>= (8 - left) * 8;
		if ((one[i] ^ other[i]) & mask)
			return false;
	}
	return true;
}

/* Whether the last component of the name at POSITION is what candidate INDEX was called. Global:
 * verified once. */
__noinline int is_called(__u32 index, __u32 position)
{
	struct record *record = task_value(records, current_task());
	__u32 length, wanted;
	struct candidate *candidate;
	struct name *name;
	const char *text;
	char before = '/';

	if (!record)
		return 0;
	candidate = &record->candidate[index & (CANDIDATES - 1)];
	name = &record->name[position & (NAMES - 1)];
	text = name_text(name, position);
	length = name->length & (PATH_MAX - 1);
	wanted = candidate->length & (NAME_TEXT - 1);

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
		return 0;
	if (length > wanted)
		bpf_probe_read_kernel(&before, 1, text + length - wanted - 1);
	if (before != '/')
		return 0;
	bpf_probe_read_kernel(record->tail, wanted, text + length - wanted);
	return same_text(record->tail, candidate->text, wanted);
}

/* What a call has done to the inode that is looked for. */
enum deed {
	REMOVED, /* from the name that the caller gave */
	RENAMED, /* the same, and it has another name now */
	LINKED_SYMBOLICALLY, /* created, as a symbolic link */
	MADE, /* created, as a directory */
	LINKED, /* from the name that the caller gave to another */
	LINKED_SOMEHOW, /* from whichever name */
	CHANGED, /* nothing but the inode */
	EMPTIED, /* a directory, of one name; or filled by one */
};

/* Whether the dentry of CANDIDATE still belongs to its inode. */
static __always_inline bool is_still_its_dentry(const struct candidate *candidate)
{
	struct dentry *dentry = (void *)candidate->dentry;

	return (__u64)BPF_CORE_READ(dentry, d_inode) == candidate->inode;
}

/* The name that its inode was given last. */
static __always_inline struct dentry *newest_alias(const struct candidate *candidate)
{
	struct inode *inode = (void *)candidate->inode;
	struct hlist_node *node = BPF_CORE_READ(inode, i_dentry.first);

	return alias_at(node);
}

/* Whether it is still a name of it. A file that is open when its last name is removed keeps the
 * dentry, but nobody finds that any more. */
static __always_inline bool is_still_named(const struct candidate *candidate)
{
	struct dentry *dentry = (void *)candidate->dentry;

	return is_still_its_dentry(candidate) && BPF_CORE_READ(dentry, d_hash.pprev);
}

/* Whether it lies in another directory or has another name than when it was remembered. */
static __always_inline bool has_moved(struct record *record, struct candidate *candidate)
{
	struct dentry *dentry = (void *)candidate->dentry;
	__u32 length = candidate->length & (NAME_TEXT - 1);

	if ((__u64)BPF_CORE_READ(dentry, d_parent) != candidate->parent || BPF_CORE_READ(dentry, d_name.len) != length)
		return true;
	bpf_probe_read_kernel(record->tail, length, BPF_CORE_READ(dentry, d_name.name));
	return !same_text(record->tail, candidate->text, length);
}

/* Whether candidate INDEX is what the call did DEED to, and is seen through a mount of the task.
 * Global: verified once. */
__noinline int candidate_fits(__u32 slot, __u32 index, __u32 deed, __u32 position)
{
	struct record *record = task_value(records, current_task());
	struct candidate *candidate;

	if (!record)
		return 0;
	candidate = &record->candidate[index & (CANDIDATES - 1)];
	if (deed == LINKED_SYMBOLICALLY || deed == MADE) {
		if (candidate->aliases || (candidate->mode & S_IFMT) != (deed == MADE ? S_IFDIR : S_IFLNK))
			return 0;
		candidate->dentry = (__u64)newest_alias(candidate);
	}
	if (!candidate->dentry)
		return 0;
	if (deed == REMOVED) {
		if ((candidate->mode & S_IFMT) == S_IFDIR || !is_called(index, position) || is_still_named(candidate))
			return 0;
		/* The dentry may be gone; its directory is not. */
		return find_mount(slot, candidate->parent);
	}
	if (!is_still_its_dentry(candidate))
		return 0;
	if (deed == LINKED || deed == LINKED_SOMEHOW) {
		if ((candidate->mode & S_IFMT) == S_IFDIR || (__u64)newest_alias(candidate) == candidate->dentry)
			return 0;
		if (deed == LINKED && !is_called(index, position))
			return 0;
	}
	if (deed == EMPTIED && (candidate->mode & S_IFMT) != S_IFDIR)
		return 0;
	if (deed == RENAMED && (!is_called(index, position) || !has_moved(record, candidate)))
		return 0;
	return find_mount(slot, candidate->dentry);
}

#define NO_CANDIDATE (-1)

struct chosen {
	int index; /* or NO_CANDIDATE */
	bool several; /* other names of the same inode fit as well */
};

/* The candidate that fits, the latest first: overlayfs sets its own inode's time last. */
static __always_inline struct chosen choose_candidate(struct record *record, __u32 slot, enum deed deed, __u32 position)
{
	struct chosen chosen = { .index = NO_CANDIDATE };
	__u32 count = record->candidates;
	__u64 inode = 0, dentry = 0;

	for (__u32 i = 1; i <= CANDIDATES; i++) {
		struct candidate *candidate = &record->candidate[(count - i) & (CANDIDATES - 1)];

		if (i > count)
			break;
		if (chosen.index != NO_CANDIDATE && (candidate->inode != inode || candidate->dentry == dentry))
			continue;
		if (!candidate_fits(slot, count - i, deed, position))
			continue;
		if (chosen.index != NO_CANDIDATE) {
			chosen.several = true;
			break;
		}
		chosen.index = (count - i) & (CANDIDATES - 1);
		inode = candidate->inode;
		dentry = candidate->dentry;
	}
	return chosen;
}

/* Whether the directory that CANDIDATE was in is still that directory. */
static __always_inline bool directory_stayed(const struct candidate *candidate)
{
	struct dentry *parent = (void *)candidate->parent;

	return (__u64)BPF_CORE_READ(parent, d_inode) == candidate->directory;
}

/* The path of CANDIDATE when its inode was changed, through the mount that is found for NOW, its
 * dentry or its directory. What was changed since then shows as racy. */
static __always_inline void argument_path_then(struct scratch *s, __u32 slot, struct candidate *candidate, __u64 now)
{
	struct mount *mount;

	if (!find_mount(slot, now))
		mark_racy(s);
	if (s->search.several || !directory_stayed(candidate))
		mark_racy(s);
	mount = (void *)s->search.found;
	if ((__u64)BPF_CORE_READ(mount, mnt.mnt_root) == candidate->dentry) {
		/* A mounted file, or a root directory: its name is that of the mount point. */
		walk_begin_found(s, candidate->dentry);
	} else {
		walk_begin_found(s, candidate->parent);
		walk_put_name(s, candidate->text, candidate->length);
	}
	argument_end(s, put_walked_path(slot));
}

/* The length of the last component of the name at POSITION, which is put into the record's tail; 0
 * if it has none. Global: verified once. */
__noinline int last_component(__u32 position)
{
	struct record *record = task_value(records, current_task());
	struct name *name;
	const char *text;
	__u32 length, size, i;

	if (!record)
		return 0;
	name = &record->name[position & (NAMES - 1)];
	text = name_text(name, position);
	length = name->length & (PATH_MAX - 1);
	size = length < NAME_MAX ? length : NAME_MAX;
	bpf_probe_read_kernel(record->tail, size, text + length - size);
	for (i = 0; i < NAME_MAX; i++)
		if (i >= size || record->tail[(size - 1 - i) & (NAME_TEXT - 1)] == '/')
			break;
	bpf_probe_read_kernel(record->tail, i & (NAME_TEXT - 1), text + length - i);
	return i;
}

/* The path of the name at POSITION in directory CANDIDATE, which the call has changed. */
static __always_inline void argument_path_in(struct scratch *s, __u32 slot, struct record *record,
					     const struct candidate *directory, __u32 position)
{
	__u32 length = last_component(position);

	if (!find_mount(slot, directory->dentry) || s->search.several)
		mark_racy(s);
	walk_begin_found(s, directory->dentry);
	walk_put_name(s, record->tail, length);
	argument_end(s, put_walked_path(slot));
}

/* Whether a rename or symlink has put CANDIDATE where it lies now, under the name at POSITION: its
 * directory is then one that the call changed, and not the old one if another was changed too.
 * Else another thread has moved it on. Global: verified once. */
__noinline int was_put_there(__u32 index, __u32 position)
{
	struct record *record = task_value(records, current_task());
	struct candidate *candidate, *other;
	struct dentry *dentry, *parent;
	bool changed = false, elsewhere = false;
	__u64 directory;
	long size;

	if (!record)
		return 0;
	candidate = &record->candidate[index & (CANDIDATES - 1)];
	dentry = (void *)candidate->dentry;
	parent = BPF_CORE_READ(dentry, d_parent);
	directory = (__u64)BPF_CORE_READ(parent, d_inode);
	for (__u32 i = 0; i < CANDIDATES; i++) {
		other = &record->candidate[i];
		if (i >= record->candidates)
			break;
		if ((other->mode & S_IFMT) != S_IFDIR || other->device != candidate->device || other->inode == candidate->inode)
			continue;
		if (other->inode == directory)
			changed = true;
		else if (!is_called(i, position)) /* not a directory that was overwritten */
			elsewhere = true;
	}
	if (!changed || (elsewhere && directory == candidate->directory))
		return 0;
	size = bpf_probe_read_kernel_str(candidate->text, NAME_TEXT, BPF_CORE_READ(dentry, d_name.name));
	candidate->length = size > 0 ? size - 1 : 0;
	return is_called(index, position);
}

/* The path of CANDIDATE as it is now. */
static __always_inline void argument_path_now(struct scratch *s, __u32 slot, const struct candidate *candidate)
{
	if (!find_mount(slot, candidate->dentry) || s->search.several)
		mark_racy(s);
	walk_begin_found(s, candidate->dentry);
	argument_end(s, put_walked_path(slot));
}

/* The path as it was given, where the object itself was not seen: another thread may have changed
 * what it leads to. */
static __always_inline void argument_given_path(struct scratch *s, struct record *record, __u32 position)
{
	mark_racy(s);
	argument_given_name(s, record, position);
}

#endif
