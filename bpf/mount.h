/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_MOUNT_H
#define TRACEWIRE_MOUNT_H

#include "path.h"

/* From a dentry alone to a path: the mount through which the current task sees it. */

#define MOUNTS 512 /* of one file system, in all namespaces together */
#define LEVELS 128

/* Until 6.17 a file system's mounts were a circular list (list_head); since then each points
 * to the next. */
struct mount___circle {
	struct list_head mnt_instance;
} __attribute__((preserve_access_index));

struct super_block___circle {
	struct list_head s_mounts;
} __attribute__((preserve_access_index));

struct mount___chain {
	struct mount *mnt_next_for_sb;
} __attribute__((preserve_access_index));

struct super_block___chain {
	struct mount *s_mounts;
} __attribute__((preserve_access_index));

static __always_inline bool mounts_are_chained(void)
{
	struct mount___chain *mount = NULL;

	return bpf_core_field_exists(mount->mnt_next_for_sb);
}

static __always_inline __u64 first_mount(const struct super_block *file_system)
{
	const struct super_block___circle *circle = (const void *)file_system;
	const struct super_block___chain *chain = (const void *)file_system;

	if (mounts_are_chained())
		return (__u64)BPF_CORE_READ(chain, s_mounts);
	return (__u64)BPF_CORE_READ(circle, s_mounts.next) - bpf_core_field_offset(struct mount___circle, mnt_instance);
}

static __always_inline __u64 next_mount(__u64 mount)
{
	const struct mount___circle *circle = (const void *)mount;
	const struct mount___chain *chain = (const void *)mount;

	if (mounts_are_chained())
		return (__u64)BPF_CORE_READ(chain, mnt_next_for_sb);
	return (__u64)BPF_CORE_READ(circle, mnt_instance.next) - bpf_core_field_offset(struct mount___circle, mnt_instance);
}

/* Whether ROOT is DENTRY or above it. */
static __always_inline bool is_above(__u64 root, __u64 dentry)
{
	struct dentry *raw = (void *)dentry;

	/* Most mounts show the whole file system. */
	if (root == (__u64)BPF_CORE_READ(raw, d_sb, s_root))
		return true;
	for (int i = 0; i < LEVELS; i++) {
		struct dentry *level = (void *)dentry;
		__u64 parent;

		if (dentry == root)
			return true;
		parent = (__u64)BPF_CORE_READ(level, d_parent);
		if (parent == dentry)
			return false;
		dentry = parent;
	}
	return false;
}

/* One mount. Global, so that it is verified once. Returns 0 at the end of the search. */
__noinline int mount_step(__u32 slot)
{
	struct scratch *s = scratch_at(slot);
	struct mount *mount;

	if (!s)
		return 0;
	mount = (void *)s->search.next;
	if (!mount || (__u64)mount == s->search.end)
		return 0;
	if ((__u64)BPF_CORE_READ(mount, mnt_ns) == s->search.namespace &&
	    is_above((__u64)BPF_CORE_READ(mount, mnt.mnt_root), s->search.dentry)) {
		if (s->search.found) {
			s->search.several = 1;
			return 0;
		}
		s->search.found = (__u64)mount;
	}
	s->search.next = next_mount((__u64)mount);
	return 1;
}

/* Find the mount of the current task's namespace that DENTRY lies under. There is none for
 * the inner layers of an overlay, which is how they are told from the file that the task
 * named. With bind mounts there may be several: each gives a path that leads there, and
 * nothing tells which one the task took. */
__noinline int find_mount(__u32 slot, __u64 dentry)
{
	struct scratch *s = scratch_at(slot);
	struct task_struct *task = current_task();
	struct dentry *typed = (void *)dentry;
	struct super_block *file_system;

	if (!s || !dentry || !task_read(task, nsproxy))
		return 0;
	file_system = BPF_CORE_READ(typed, d_sb);
	s->search.dentry = dentry;
	s->search.namespace = (__u64)BPF_CORE_READ(task, nsproxy, mnt_ns);
	s->search.found = s->search.several = 0;
	s->search.next = first_mount(file_system);
	s->search.end = mounts_are_chained() ? 0 : (__u64)file_system +
			bpf_core_field_offset(struct super_block___circle, s_mounts) -
			bpf_core_field_offset(struct mount___circle, mnt_instance);
	for (int i = 0; i < MOUNTS; i++)
		if (!mount_step(slot))
			break;
	return s->search.found != 0;
}

/* Whether MOUNT is in the current task's namespace: it has been mounted and not been unmounted. */
static __always_inline bool is_mount_of_task(struct mount *mount)
{
	struct task_struct *task = current_task();

	return task_read(task, nsproxy) && BPF_CORE_READ(mount, mnt_ns) == task_read(task, nsproxy, mnt_ns);
}

/* Begin the walk from DENTRY through the mount that was found. */
static __always_inline void walk_begin_found(struct scratch *s, __u64 dentry)
{
	s->walk.dentry = dentry;
	s->walk.offset = PATH_SIZE - 1;
	s->walk.state = WALK_GOES_ON;
	walk_enter_mount(&s->walk, s->search.found);
}

#endif
