/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_PATH_H
#define TRACEWIRE_PATH_H

#include "msgpack.h"
#include "scratch.h"

/* Steps of one component or mount. Deeper paths are marked as truncated. */
#define PATH_STEPS 512

static __always_inline __u64 mount_of(const struct vfsmount *vfsmount)
{
	return (__u64)vfsmount - bpf_core_field_offset(struct mount, mnt);
}

static __always_inline void walk_enter_mount(struct walk *walk, __u64 mount)
{
	walk->mount = mount;
	if (can_cast()) {
		struct mount *typed = cast(struct mount, mount);

		walk->mount_parent = (__u64)typed->mnt_parent;
		walk->mount_point = (__u64)typed->mnt_mountpoint;
		walk->mount_root = (__u64)typed->mnt.mnt_root;
	} else {
		struct mount *raw = (void *)mount;

		walk->mount_parent = (__u64)BPF_CORE_READ(raw, mnt_parent);
		walk->mount_point = (__u64)BPF_CORE_READ(raw, mnt_mountpoint);
		walk->mount_root = (__u64)BPF_CORE_READ(raw, mnt.mnt_root);
	}
}

static __always_inline void walk_begin(struct scratch *s, const struct dentry *dentry, const struct vfsmount *vfsmount)
{
	s->walk.dentry = (__u64)dentry;
	s->walk.offset = PATH_SIZE - 1;
	s->walk.state = WALK_GOES_ON;
	walk_enter_mount(&s->walk, mount_of(vfsmount));
}

/* Write a name that is not a dentry's, before the walk goes up from its directory. */
static __always_inline void walk_put_name(struct scratch *s, const char *name, __u32 length)
{
	__u32 offset = s->walk.offset;

	length &= 255;
	offset -= length;
	bpf_probe_read_kernel(&s->path[offset & (PATH_SIZE - 1)], length, name);
	offset--;
	s->path[offset & (PATH_SIZE - 1)] = '/';
	s->walk.offset = offset;
}

/* One component or one mount further up. Global, so that it is verified once and not once per
 * iteration. Returns 0 at the end. */
__noinline int walk_step(__u32 slot)
{
	struct scratch *s = scratch_at(slot);
	__u64 dentry, parent, name;
	__u32 length, offset;

	if (!s)
		return 0;
	dentry = s->walk.dentry;
	if (dentry == s->walk.mount_root) {
		if (s->walk.mount_parent == s->walk.mount) {
			s->walk.state = WALK_AT_ROOT;
			return 0;
		}
		s->walk.dentry = s->walk.mount_point;
		walk_enter_mount(&s->walk, s->walk.mount_parent);
		return 1;
	}
	if (can_cast()) {
		struct dentry *typed = cast(struct dentry, dentry);

		parent = (__u64)typed->d_parent;
		name = (__u64)typed->d_name.name;
		length = typed->d_name.len;
	} else {
		struct dentry *raw = (void *)dentry;

		parent = (__u64)BPF_CORE_READ(raw, d_parent);
		name = (__u64)BPF_CORE_READ(raw, d_name.name);
		length = BPF_CORE_READ(raw, d_name.len);
	}
	if (parent == dentry && length == 1) {
		/* All files of nsfs and its like are called "/": say what they are instead. */
		struct dentry *raw = (void *)dentry;

		name = (__u64)BPF_CORE_READ(raw, d_sb, s_type, name);
		length = bpf_probe_read_kernel_str(s->path, 16, (void *)name) - 1;
	}
	length &= 255;
	offset = s->walk.offset;
	if (offset < length + 1) {
		s->walk.state = WALK_CUT;
		return 0;
	}
	offset -= length;
	bpf_probe_read_kernel(&s->path[offset & (PATH_SIZE - 1)], length, (void *)name);
	if (parent == dentry) {
		/* Not in any directory: memfd:NAME, a pipe, or a file system that is gone. */
		s->walk.offset = offset;
		s->walk.state = WALK_AT_ROOT;
		return 0;
	}
	offset--;
	s->path[offset & (PATH_SIZE - 1)] = '/';
	s->walk.offset = offset;
	s->walk.dentry = parent;
	return 1;
}

/* Write the path of the walk that has begun. Returns 1 if its beginning is missing. */
__noinline int put_walked_path(__u32 slot)
{
	struct scratch *s = scratch_at(slot);
	__u32 length, offset, from;

	if (!s)
		return 1;
	for (int i = 0; i < PATH_STEPS; i++)
		if (!walk_step(slot))
			break;
	from = s->walk.offset & (PATH_SIZE - 1);
	if (from == PATH_SIZE - 1) { /* the root itself */
		from--;
		s->path[from & (PATH_SIZE - 1)] = '/';
	}
	length = (PATH_SIZE - 1 - from) & (PATH_SIZE - 1);
	if (!has_room(s, length + 3)) {
		put_empty(s);
		return 1;
	}
	put_16(s, 0xc5, length);
	offset = s->offset & (EVENT_SIZE - 1);
	bpf_probe_read_kernel(&s->data[offset], length, &s->path[from & (PATH_SIZE - 1)]);
	s->offset = offset + length;
	return s->walk.state != WALK_AT_ROOT;
}

static __always_inline int put_path(struct scratch *s, __u32 slot, const struct path *path)
{
	walk_begin(s, BPF_CORE_READ(path, dentry), BPF_CORE_READ(path, mnt));
	return put_walked_path(slot);
}

#endif
