// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Events of files. */
#include "change.h"
#include "open.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define AT_REMOVEDIR 0x200
#define MODE_BITS 07777
#define RENAME_EXCHANGE 2
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

/* unlink, rename, symlink, chmod and their relatives */
SYSCALL_ENTRY(enter_change)
{
	struct record *record = current_record();

	if (record)
		record->watches_inodes = 1;
	return 0;
}

SYSCALL_EXIT(exit_open)
{
	struct record *record = take_record(regs->orig_ax);
	struct decision decision;
	struct opened opened;
	struct scratch *s;
	struct file *file;
	__u32 slot;

	if (!record || result < 0)
		return 0;
	find_opened(&opened, record, result);
	file = (void *)opened.file;
	if (!file || !decide(&decision, EVENT_SECURITY_FILE_OPEN))
		return 0;
	decide_open(&decision, record, &opened);
	slot = event_begin_decided(&decision, ARGUMENTS_SECURITY_FILE_OPEN, record->syscall, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	walk_begin(s, BPF_CORE_READ(file, f_path.dentry), BPF_CORE_READ(file, f_path.mnt));
	argument_end(s, put_walked_path(slot));
	argument_open_flags(s, record, BPF_CORE_READ(file, f_flags));
	argument_inode(s, BPF_CORE_READ(file, f_inode));
	argument_given_name(s, record, name_given_at(record, path_argument(record)));
	if (!stayed_open(&opened))
		s->racy = 1 << SECURITY_FILE_OPEN_PATHNAME | 1 << SECURITY_FILE_OPEN_FLAGS |
			  1 << SECURITY_FILE_OPEN_DEV | 1 << SECURITY_FILE_OPEN_INODE | 1 << SECURITY_FILE_OPEN_CTIME;
	event_send(slot);
	return 0;
}

/* Of a file with many hard links not all names are remembered; and where overlayfs hides a file of
 * a lower layer, no inode of its own changes but the directory's. */
static __always_inline void unknown_unlinked(struct scratch *s, __u32 slot, struct record *record, __u32 position)
{
	struct chosen directory = { .index = NO_CANDIDATE };

	if (position != NO_NAME)
		directory = choose_candidate(record, slot, EMPTIED, position);
	if (directory.index == NO_CANDIDATE)
		argument_given_path(s, record, position);
	else
		argument_path_in(s, slot, record, &record->candidate[directory.index & (CANDIDATES - 1)], position);
	argument_nil(s);
	argument_nil(s);
	argument_nil(s);
}

/* inode, dev and ctime of the file that a hook was handed: its change time is that of the change
 * itself, which came after the hook. Without a name left it may be gone, and its memory reused. */
static __always_inline void argument_hooked_inode(struct scratch *s, const struct record *record)
{
	const struct candidate *candidate = &record->candidate[0];
	const struct inode *inode = (void *)candidate->inode;
	__u64 ctime = inode_ctime(inode);

	argument_unsigned(s, candidate->number);
	argument_unsigned(s, candidate->device);
	if (BPF_CORE_READ(inode, i_ino) != candidate->number) {
		mark_racy(s);
		ctime = candidate->ctime;
	}
	argument_unsigned(s, ctime);
}

SYSCALL_EXIT(exit_unlink)
{
	struct record *record = take_record(regs->orig_ax);
	struct chosen chosen = { .index = NO_CANDIDATE };
	__u32 slot, position;
	struct scratch *s;

	if (!record || result)
		return 0;
	if (record->syscall != NR_UNLINK && record->arguments[2] & AT_REMOVEDIR)
		return 0; /* directories are another event */
	slot = event_begin(EVENT_SECURITY_INODE_UNLINK, ARGUMENTS_SECURITY_INODE_UNLINK, record->syscall, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	if (record->hooked) {
		argument_given_name(s, record, 0);
		argument_hooked_inode(s, record);
		event_send(slot);
		return 0;
	}
	position = name_given_at(record, record->arguments[record->syscall != NR_UNLINK]);
	if (position != NO_NAME)
		chosen = choose_candidate(record, slot, REMOVED, position);
	if (chosen.index == NO_CANDIDATE) {
		unknown_unlinked(s, slot, record, position);
	} else {
		struct candidate *candidate = &record->candidate[chosen.index & (CANDIDATES - 1)];

		if (chosen.several)
			mark_racy(s);
		argument_path_then(s, slot, candidate, candidate->parent);
		argument_unsigned(s, candidate->number);
		argument_unsigned(s, candidate->device);
		argument_unsigned(s, candidate->ctime);
	}
	event_send(slot);
	return 0;
}

SYSCALL_EXIT(exit_rename)
{
	struct record *record = take_record(regs->orig_ax);
	struct chosen chosen = { .index = NO_CANDIDATE };
	__u32 slot, old, new;
	struct scratch *s;
	bool at;

	if (!record || result)
		return 0;
	slot = event_begin(EVENT_SECURITY_INODE_RENAME, ARGUMENTS_SECURITY_INODE_RENAME, record->syscall, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	if (record->hooked) {
		argument_given_name(s, record, 0);
		argument_given_name(s, record, 1);
		event_send(slot);
		return 0;
	}
	at = record->syscall != NR_RENAME;
	old = name_given_at(record, record->arguments[at ? 1 : 0]);
	new = name_given_at(record, record->arguments[at ? 3 : 1]);
	/* The same buffer for both, or both too long to tell by whom they were given: the old
	 * name is given back first. */
	if (new == old && new == 0 && record->names > 1)
		new = 1;
	if (old != NO_NAME && new != NO_NAME)
		chosen = choose_candidate(record, slot, RENAMED, old);
	if (chosen.index == NO_CANDIDATE) {
		argument_given_path(s, record, old);
		argument_given_path(s, record, new);
	} else {
		struct candidate *candidate = &record->candidate[chosen.index & (CANDIDATES - 1)];

		/* Exchanged with a file of the same name in another directory: nothing tells the two
		 * apart. */
		if (chosen.several || (record->syscall == NR_RENAMEAT2 && record->arguments[4] & RENAME_EXCHANGE &&
				       is_called(chosen.index, new)))
			s->racy |= 1 << SECURITY_INODE_RENAME_OLD_PATH | 1 << SECURITY_INODE_RENAME_NEW_PATH;
		argument_path_then(s, slot, candidate, candidate->dentry);
		if (!was_put_there(chosen.index, new))
			mark_racy(s);
		argument_path_now(s, slot, candidate);
	}
	event_send(slot);
	return 0;
}

SYSCALL_EXIT(exit_symlink)
{
	struct record *record = take_record(regs->orig_ax);
	struct chosen chosen = { .index = NO_CANDIDATE };
	__u32 slot, link, target;
	struct scratch *s;

	if (!record || result)
		return 0;
	slot = event_begin(EVENT_SECURITY_INODE_SYMLINK, ARGUMENTS_SECURITY_INODE_SYMLINK, record->syscall, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	if (record->hooked) {
		argument_given_name(s, record, 0);
		argument_given_name(s, record, 1);
		event_send(slot);
		return 0;
	}
	link = name_given_at(record, record->arguments[record->syscall == NR_SYMLINK ? 1 : 2]);
	target = name_given_at(record, record->arguments[0]);
	/* The link's path is given back before the target. */
	if (target == link && link == 0 && record->names > 1)
		target = 1;
	if (link != NO_NAME)
		chosen = choose_candidate(record, slot, CREATED, link);
	if (chosen.index == NO_CANDIDATE) {
		argument_given_path(s, record, link);
	} else {
		if (!was_put_there(chosen.index, link))
			mark_racy(s);
		argument_path_now(s, slot, &record->candidate[chosen.index & (CANDIDATES - 1)]);
	}
	argument_given_name(s, record, target);
	event_send(slot);
	return 0;
}

SYSCALL_EXIT(exit_chmod)
{
	struct record *record = take_record(regs->orig_ax);
	struct chosen chosen;
	__u32 slot, mode;
	struct scratch *s;
	bool at;

	if (!record || result)
		return 0;
	slot = event_begin(EVENT_CHMOD_COMMON, ARGUMENTS_CHMOD_COMMON, record->syscall, result);
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
		event_send(slot);
		return 0;
	}
	chosen = choose_candidate(record, slot, CHANGED, NO_NAME);
	if (chosen.index == NO_CANDIDATE) {
		argument_given_path(s, record, record->syscall == NR_FCHMOD ? NO_NAME : name_given_at(record, record->arguments[at]));
		argument_unsigned(s, mode);
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
	}
	event_send(slot);
	return 0;
}

SYSCALL_EXIT(exit_mount)
{
	struct record *record = take_record(regs->orig_ax);
	struct mount *mount;
	struct scratch *s;
	__u32 slot, source = NO_NAME, target = NO_NAME;
	__u64 flags;

	if (!record)
		return 0;
	slot = event_begin(EVENT_SECURITY_SB_MOUNT, ARGUMENTS_SECURITY_SB_MOUNT, record->syscall, result);
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
	struct record *record = take_record(regs->orig_ax);
	struct scratch *s;
	struct file *file;
	__u32 slot;

	if (!record)
		return 0;
	slot = event_begin(EVENT_MEMFD_CREATE, ARGUMENTS_MEMFD_CREATE, record->syscall, result);
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
