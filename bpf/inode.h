/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_INODE_H
#define TRACEWIRE_INODE_H

#include "event.h"

/* On overlayfs: the file that is new or changed in this container; NULL if it is as its image
 * holds it. The upper dentry stands right behind the inode (fs/overlayfs/ovl_entry.h, struct
 * ovl_inode: vfs_inode, __upperdentry; since 4.8). */
static __always_inline struct dentry *upper_layer(const struct inode *inode)
{
	struct dentry *upper = NULL;

	if (BPF_CORE_READ(inode, i_sb, s_magic) != OVERLAYFS_SUPER_MAGIC)
		return NULL;
	bpf_probe_read_kernel(&upper, sizeof(upper), (void *)inode + bpf_core_type_size(struct inode));
	return upper;
}

/* dev, inode and ctime, as three arguments, as stat(2) tells them; on overlayfs the number of a
 * hard link that has been copied up is another one there. */
static __always_inline void argument_inode(struct scratch *s, const struct inode *inode)
{
	struct dentry *upper = upper_layer(inode);

	argument_unsigned(s, device_number(BPF_CORE_READ(inode, i_sb, s_dev)));
	argument_unsigned(s, BPF_CORE_READ(inode, i_ino));
	/* overlayfs does not follow every change of the upper file's in its own inode. */
	argument_unsigned(s, inode_ctime(upper ? BPF_CORE_READ(upper, d_inode) : inode));
}

/* What is mapped of a file on overlayfs is the file of a layer. Since 6.5 the path that the process
 * opened stands behind it (fs/file_table.c, struct backing_file); before, it is the file's own path
 * and only the inode is the layer's. */
struct backing_file___visible {
	struct path user_path;
} __attribute__((preserve_access_index));

#define FMODE_NOACCOUNT 0x20000000 /* include/linux/fs.h: every backing file has it, and few others */
#define FUSE_SUPER_MAGIC 0x65735546

/* Not by FMODE_BACKING, which has been another bit in nearly every release since: what would be the
 * user's path is one on a file system that uses such files. */
static __always_inline bool is_backing(struct file *file)
{
	struct backing_file___visible *backing = (void *)file;
	unsigned long magic;

	if (!bpf_core_type_exists(struct backing_file___visible) || !(BPF_CORE_READ(file, f_mode) & FMODE_NOACCOUNT))
		return false;
	magic = BPF_CORE_READ(backing, user_path.dentry, d_sb, s_magic);
	return magic == OVERLAYFS_SUPER_MAGIC || magic == FUSE_SUPER_MAGIC;
}

/* The path by which the process that maps FILE knows it, and the inode there. */
static __always_inline void argument_mapped_file(struct scratch *s, __u32 slot, struct file *file)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	struct vfsmount *mount = BPF_CORE_READ(file, f_path.mnt);

	if (is_backing(file)) {
		struct backing_file___visible *backing = (void *)file;

		dentry = BPF_CORE_READ(backing, user_path.dentry);
		mount = BPF_CORE_READ(backing, user_path.mnt);
	}
	walk_begin(s, dentry, mount);
	argument_end(s, put_walked_path(slot));
	argument_inode(s, BPF_CORE_READ(dentry, d_inode));
}

/* A file of memfd_create: on the kernel's own tmpfs, and in no directory. */
static __always_inline bool is_memfd(struct file *file)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	char name[8] = {};

	if (BPF_CORE_READ(dentry, d_parent) != dentry)
		return false;
	bpf_probe_read_kernel(name, 6, BPF_CORE_READ(dentry, d_name.name));
	return begins_with(name, "memfd:");
}

/* What a descriptor number stands for now: another thread may have put something else there. */
static __always_inline struct file *file_of_descriptor(struct task_struct *task, int descriptor)
{
	struct file *file = NULL;

	if (descriptor < 0 || (__u32)descriptor >= task_read(task, files, fdt, max_fds))
		return NULL;
	bpf_probe_read_kernel(&file, sizeof(file), (void *)task_read(task, files, fdt, fd) + descriptor * sizeof(file));
	return file;
}

#endif
