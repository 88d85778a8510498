// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Events of files. */
#include "naming.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define MS_BIND 4096
#define MS_MOVE 8192

/* Exactly one of the three fires for each change of an inode's change time (6.13). */
TRACEPOINT(inode_set_ctime_to_ts, inode_set_ctime_to_ts, struct inode *inode, struct timespec64 *time)
{
	struct timespec64 now = {};

	/* The other two tell when it is done. */
	bpf_probe_read_kernel(&now, sizeof(now), time);
	remember_inode(inode, now.tv_sec * 1000000000ULL + now.tv_nsec);
	return 0;
}

TRACEPOINT(ctime_ns_xchg, ctime_ns_xchg, struct inode *inode)
{
	remember_inode(inode, inode_ctime(inode));
	return 0;
}

TRACEPOINT(ctime_xchg_skip, ctime_xchg_skip, struct inode *inode)
{
	remember_inode(inode, inode_ctime(inode));
	return 0;
}

/* unlink, rename, symlink, mkdir, link, chmod and their relatives */
SYSCALL_ENTRY(enter_change)
{
	struct record *record = current_record();

	if (record)
		record->watches_inodes = 1;
	return 0;
}

SYSCALL_EXIT(exit_open)
{
	struct record *record = take_record(call_number(regs));
	struct decision decision;
	struct opened opened;

	/* The task first: to find the file costs more. */
	if (!record || result < 0 || !decide(&decision, EVENT_SECURITY_FILE_OPEN))
		return 0;
	find_opened(&opened, record, result);
	open_event_decided(record, &decision, &opened, result);
	return 0;
}

SYSCALL_EXIT(exit_unlink)
{
	struct record *record = take_record(call_number(regs));

	if (record && !result)
		unlink_event(record);
	return 0;
}

SYSCALL_EXIT(exit_rename)
{
	struct record *record = take_record(call_number(regs));

	if (record && !result)
		rename_event(record);
	return 0;
}

SYSCALL_EXIT(exit_symlink)
{
	struct record *record = take_record(call_number(regs));

	if (record && !result)
		symlink_event(record);
	return 0;
}

SYSCALL_EXIT(exit_mkdir)
{
	struct record *record = take_record(call_number(regs));

	if (record && !result)
		mkdir_event(record);
	return 0;
}

SYSCALL_EXIT(exit_link)
{
	struct record *record = take_record(call_number(regs));

	if (record && !result)
		link_event(record);
	return 0;
}

SYSCALL_EXIT(exit_chmod)
{
	struct record *record = take_record(call_number(regs));
	struct chosen chosen;
	__u32 slot, mode;
	struct scratch *s;
	bool at;

	if (!record || result)
		return 0;
	slot = event_begin(EVENT_CHMOD_COMMON, ARGUMENTS_CHMOD_COMMON, record->number, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	at = record->syscall != NR_CHMOD && record->syscall != NR_FCHMOD;
	mode = record->arguments[at ? 2 : 1] & MODE_BITS;
	if (record->hooked) {
		argument_given_name(s, record, 0);
		argument_unsigned(s, mode);
		argument_unsigned(s, record->candidate[0].device);
		argument_unsigned(s, record->candidate[0].number);
		argument_unsigned(s, record->candidate[0].mode & S_IFMT);
		event_send(slot);
		return 0;
	}
	chosen = choose_candidate(record, slot, CHANGED, NO_NAME);
	if (chosen.index == NO_CANDIDATE) {
		argument_given_path(s, record, record->syscall == NR_FCHMOD ? NO_NAME : name_given_at(record, record->arguments[at]));
		argument_unsigned(s, mode);
		argument_nil(s);
		argument_nil(s);
		argument_nil(s);
	} else {
		struct candidate *candidate = &record->candidate[chosen.index & (CANDIDATES - 1)];

		/* Nothing tells through which of several hard links it was reached: the name that the
		 * caller gave may be that of a symbolic link. */
		if (chosen.several)
			mark_racy(s);
		argument_path_then(s, slot, candidate, candidate->dentry);
		argument_unsigned(s, mode);
		argument_unsigned(s, candidate->device);
		argument_unsigned(s, candidate->number);
		argument_unsigned(s, candidate->mode & S_IFMT);
	}
	event_send(slot);
	return 0;
}

SYSCALL_EXIT(exit_mount)
{
	struct record *record = take_record(call_number(regs));
	struct mount *mount;
	struct scratch *s;
	__u32 slot, source = NO_NAME, target = NO_NAME;
	__u64 flags;

	if (!record)
		return 0;
	slot = event_begin(EVENT_SECURITY_SB_MOUNT, ARGUMENTS_SECURITY_SB_MOUNT, record->number, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	flags = record->arguments[3];
	if (record->hooked) {
		argument_given_name(s, record, record->names ? 0 : NO_NAME);
		argument_given_name(s, record, 1);
		if (record->has_type)
			argument_kernel_string(s, record->tail);
		else
			argument_nil(s);
		argument_unsigned(s, flags);
		event_send(slot);
		return 0;
	}
	/* A mount that failed, or that another thread has undone, may have been freed again. */
	mount = result ? NULL : (void *)record->mount;
	if (mount && !is_mount_of_task(mount))
		mount = NULL;
	if (result != -EFAULT && result != -ENAMETOOLONG) {
		target = name_given_at(record, record->arguments[1]);
		if (flags & (MS_BIND | MS_MOVE))
			source = name_given_at(record, 0);
	}
	if (source != NO_NAME)
		argument_given_name(s, record, source);
	else if (mount && !(flags & MS_BIND))
		argument_kernel_string(s, BPF_CORE_READ(mount, mnt_devname));
	else
		argument_user_string(s, record->arguments[0]);
	if (mount) {
		s->walk.dentry = (__u64)BPF_CORE_READ(mount, mnt_mountpoint);
		s->walk.offset = PATH_SIZE - 1;
		s->walk.state = WALK_GOES_ON;
		walk_enter_mount(&s->walk, (__u64)BPF_CORE_READ(mount, mnt_parent));
		argument_end(s, put_walked_path(slot));
	} else if (record->names || result == -EFAULT || result == -ENAMETOOLONG) {
		argument_given_path(s, record, target);
	} else { /* a hook would have seen it, and is not called where there is no such path */
		argument_user_string(s, record->arguments[1]);
	}
	if (mount && !(flags & MS_BIND))
		argument_kernel_string(s, BPF_CORE_READ(mount, mnt.mnt_sb, s_type, name));
	else
		argument_user_string(s, record->arguments[2]);
	argument_unsigned(s, flags);
	if (mount && !is_mount_of_task(mount))
		s->racy |= 1 << SECURITY_SB_MOUNT_DEV_NAME | 1 << SECURITY_SB_MOUNT_PATH | 1 << SECURITY_SB_MOUNT_TYPE;
	event_send(slot);
	return 0;
}

SYSCALL_EXIT(exit_memfd_create)
{
	struct record *record = take_record(call_number(regs));
	struct scratch *s;
	struct file *file;
	__u32 slot;

	if (!record)
		return 0;
	slot = event_begin(EVENT_MEMFD_CREATE, ARGUMENTS_MEMFD_CREATE, record->number, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	file = result < 0 ? NULL : (void *)last_allocated(record);
	if (file && is_memfd(file)) {
		argument_kernel_string(s, BPF_CORE_READ(file, f_path.dentry, d_name.name) + sizeof("memfd:") - 1);
		if (!still_owns_file(file))
			s->racy |= 1 << MEMFD_CREATE_UNAME;
	} else {
		argument_user_string(s, record->arguments[0]);
	}
	argument_unsigned(s, (__u32)record->arguments[1]);
	event_send(slot);
	return 0;
}

/* What is done with names, as requests of io_uring. */
SEC("raw_tp/kmem_cache_free")
int BPF_PROG(ring_file, unsigned long call_site, const void *object)
{
	struct record *record = task_value(records, current_task());
	struct opened opened;

	if (!record || !knows_requests())
		return 0;
	request_begin(record);
	record->unproven = 1;
	switch (record->opcode) {
	case IORING_OP_OPENAT:
	case IORING_OP_OPENAT2:
		find_opened_by_request(&opened, record);
		open_event(record, &opened, 0);
		break;
	case IORING_OP_UNLINKAT:
		unlink_event(record);
		break;
	case IORING_OP_RENAMEAT:
		rename_event(record);
		break;
	case IORING_OP_SYMLINKAT:
		symlink_event(record);
		break;
	case IORING_OP_MKDIRAT:
		mkdir_event(record);
		break;
	case IORING_OP_LINKAT:
		link_event(record);
		break;
	}
	request_end(record);
	return 0;
}
