/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_HOOK_H
#define TRACEWIRE_HOOK_H

#include "keep.h"
#include "owner.h"
#include "path.h"

/* What hooks of the security framework do, whichever way they are reached: lsm.bpf.c, fexit.bpf.c
 * and kprobe.bpf.c attach the same functions. A hook is handed the kernel's own copies and the
 * very object that the call works on, while that is locked. What it sees goes into the record
 * of the task's system call, whose end tells of it as on the other rungs: a call that is refused
 * or fails later is no event.
 *
 * The functions and their arguments are the same from 5.10 to 7.2. */

static __always_inline struct record *hooked_record(void)
{
	struct record *record = current_record();

	if (record)
		record->hooked = 1;
	return record;
}

/* The path by which the task sees DENTRY through MOUNT, as the name at POSITION. */
static __always_inline void keep_path(struct record *record, __u32 position, const struct dentry *dentry,
				      const struct vfsmount *mount)
{
	struct name *name = &record->name[position & (NAMES - 1)];
	__u32 slot = scratch_claim(), from;
	struct scratch *s = slot == NO_SLOT ? NULL : scratch_at(slot);

	name->length = name->is_long = 0;
	name->text[0] = 0;
	name->cut = 1;
	if (!s)
		return;
	walk_begin(s, dentry, mount);
	for (int i = 0; i < PATH_STEPS; i++)
		if (!walk_step(slot))
			break;
	from = s->walk.offset & (PATH_SIZE - 1);
	if (from == PATH_SIZE - 1) { /* the root itself */
		from--;
		s->path[from & (PATH_SIZE - 1)] = '/';
	}
	s->path[PATH_SIZE - 1] = 0;
	keep_text(name, position, (void *)&s->path[from & (PATH_SIZE - 1)]);
	name->cut = s->walk.state != WALK_AT_ROOT;
	scratch_release(s);
}

static __always_inline void keep_inode(struct record *record, const struct inode *inode)
{
	struct candidate *candidate = &record->candidate[0];

	candidate->inode = (__u64)inode;
	candidate->number = BPF_CORE_READ(inode, i_ino);
	candidate->device = device_number(BPF_CORE_READ(inode, i_sb, s_dev));
	candidate->ctime = inode_ctime(inode);
	candidate->mode = BPF_CORE_READ(inode, i_mode);
}

struct nameidata___name {
	struct filename *name;
} __attribute__((preserve_access_index));

/* An open that looks its path up holds the kernel's copy of it where the task can be asked. */
static __always_inline void keep_path_being_opened(struct record *record)
{
	struct nameidata___name *lookup = (void *)task_read(current_task(), nameidata);

	if (!lookup || record->names)
		return;
	if (record->syscall != NR_OPEN && record->syscall != NR_CREAT && record->syscall != NR_OPENAT &&
	    record->syscall != NR_OPENAT2)
		return;
	keep_text(&record->name[0], 0, BPF_CORE_READ(lookup, name, name));
	record->name[0].cut = 0;
	record->name[0].user = path_argument(record);
	record->names = 1;
}

static __always_inline void hook_file_alloc(const struct file *typed)
{
	struct record *record;
	void *file = NULL;

	/* As a number: with a typed pointer the verifier does not calculate. */
	bpf_probe_read_kernel(&file, sizeof(file), &typed);
	own_file(file);
	record = current_record();
	if (!record)
		return;
	record->file[record->files & (FILES - 1)] = (__u64)file;
	record->files++;
	keep_path_being_opened(record);
}

static __always_inline void hook_path_unlink(const struct path *directory, const struct dentry *dentry)
{
	struct record *record = hooked_record();

	if (!record)
		return;
	keep_path(record, 0, dentry, BPF_CORE_READ(directory, mnt));
	keep_inode(record, BPF_CORE_READ(dentry, d_inode));
}

/* With RENAME_EXCHANGE, kernels before 5.19 call LSM hooks twice, the way of the call last. */
static __always_inline void hook_path_rename(const struct path *old_directory, const struct dentry *old,
					     const struct path *new_directory, const struct dentry *new)
{
	struct record *record = hooked_record();

	if (!record)
		return;
	keep_path(record, 0, old, BPF_CORE_READ(old_directory, mnt));
	keep_path(record, 1, new, BPF_CORE_READ(new_directory, mnt));
}

static __always_inline void hook_path_symlink(const struct path *directory, const struct dentry *dentry,
					      const char *target)
{
	struct record *record = hooked_record();

	if (!record)
		return;
	keep_path(record, 0, dentry, BPF_CORE_READ(directory, mnt));
	keep_text(&record->name[1], 1, target);
	record->name[1].cut = 0;
}

static __always_inline void hook_path_mkdir(const struct path *directory, const struct dentry *dentry)
{
	struct record *record = hooked_record();

	if (record)
		keep_path(record, 0, dentry, BPF_CORE_READ(directory, mnt));
}

/* Both names lie in one mount: the kernel makes no link from one to another. */
static __always_inline void hook_path_link(const struct dentry *old, const struct path *directory,
					   const struct dentry *new)
{
	struct record *record = hooked_record();

	if (!record)
		return;
	keep_path(record, 0, old, BPF_CORE_READ(directory, mnt));
	keep_path(record, 1, new, BPF_CORE_READ(directory, mnt));
	keep_inode(record, BPF_CORE_READ(old, d_inode));
}

static __always_inline void hook_path_chmod(const struct path *path)
{
	struct record *record = hooked_record();
	struct dentry *dentry;

	if (!record)
		return;
	dentry = BPF_CORE_READ(path, dentry);
	keep_path(record, 0, dentry, BPF_CORE_READ(path, mnt));
	keep_inode(record, BPF_CORE_READ(dentry, d_inode));
}

static __always_inline void hook_sb_mount(const char *device, const struct path *path, const char *type)
{
	struct record *record = hooked_record();

	if (!record)
		return;
	record->names = device ? 1 : 0;
	keep_text(&record->name[0], 0, device);
	record->name[0].cut = 0;
	keep_path(record, 1, BPF_CORE_READ(path, dentry), BPF_CORE_READ(path, mnt));
	record->tail[0] = 0;
	record->has_type = bpf_probe_read_kernel_str(record->tail, NAME_TEXT, type) >= 0;
}

/* connect and bind: the kernel's copy of the address. */
static __always_inline void hook_socket_address(const struct socket *socket, const void *address, __u32 length)
{
	struct record *record = hooked_record();

	if (!record)
		return;
	if (length > ADDRESS_SIZE - 1)
		length = ADDRESS_SIZE - 1;
	if (length < sizeof(__u16)) /* too short to have a family: no address */
		length = 0;
	forget(length);
	bpf_probe_read_kernel(record->address, length & (ADDRESS_SIZE - 1), address);
	record->address_length = length;
	record->address_exact = 1;
	record->socket_type = BPF_CORE_READ(socket, type);
}

/* Of the messages of sendmmsg, the first. */
static __always_inline void hook_socket_sendmsg(const struct socket *socket, const struct msghdr *message)
{
	struct record *record = current_record();
	const void *address;

	if (!record || record->hooked)
		return;
	address = BPF_CORE_READ(message, msg_name);
	if (address) {
		hook_socket_address(socket, address, BPF_CORE_READ(message, msg_namelen));
		return;
	}
	record->hooked = 1;
	record->socket_type = BPF_CORE_READ(socket, type);
	keep_remote_address(record, BPF_CORE_READ(socket, sk));
}

static __always_inline void hook_socket_listen(const struct socket *socket)
{
	struct record *record = hooked_record();

	if (record)
		keep_local_address(record, BPF_CORE_READ(socket, sk));
}

#endif
