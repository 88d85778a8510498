/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_INODE_H
#define TRACEWIRE_INODE_H

#include "event.h"

/* dev, inode and ctime, as three arguments. */
static __always_inline void argument_inode(struct scratch *s, struct inode *inode)
{
	argument_unsigned(s, device_number(BPF_CORE_READ(inode, i_sb, s_dev)));
	argument_unsigned(s, BPF_CORE_READ(inode, i_ino));
	argument_unsigned(s, inode_ctime(inode));
}

/* On overlayfs: whether the file is new or changed in this container, and not as its image
 * holds it. The upper dentry stands right behind the inode (fs/overlayfs/ovl_entry.h, struct
 * ovl_inode: vfs_inode, __upperdentry; since 4.8). */
static __always_inline bool is_in_upper_layer(struct inode *inode)
{
	__u64 upper = 0;

	if (BPF_CORE_READ(inode, i_sb, s_magic) != OVERLAYFS_SUPER_MAGIC)
		return false;
	bpf_probe_read_kernel(&upper, sizeof(upper), (void *)inode + bpf_core_type_size(struct inode));
	return upper != 0;
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
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd);
	struct file *file = NULL;

	if (descriptor < 0 || (__u32)descriptor >= BPF_CORE_READ(table, max_fds))
		return NULL;
	bpf_probe_read_kernel(&file, sizeof(file), files + descriptor);
	return file;
}

#endif
