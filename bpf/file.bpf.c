// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Events of files. */
#include "change.h"
#include "open.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define AT_REMOVEDIR 0x200
#define MODE_BITS 07777
#define MS_REMOUNT 32
#define MS_BIND 4096
#define MS_MOVE 8192
#define MS_PROPAGATION 0x1e0000

/* Exactly one of the three fires for each change of an inode's change time (6.13). */
SEC("tp_btf/inode_set_ctime_to_ts")
int BPF_PROG(inode_set_ctime_to_ts, struct inode *inode)
{
	remember_inode(inode);
	return 0;
}

SEC("tp_btf/ctime_ns_xchg")
int BPF_PROG(ctime_ns_xchg, struct inode *inode)
{
	remember_inode(inode);
	return 0;
}

SEC("tp_btf/ctime_xchg_skip")
int BPF_PROG(ctime_xchg_skip, struct inode *inode)
{
	remember_inode(inode);
	return 0;
}

/* unlink, rename, symlink, chmod and their relatives */
SEC("tp_btf/sys_enter")
int BPF_PROG(enter_change, struct pt_regs *regs, long number)
{
	struct record *record = current_record();

	if (record)
		record->watches_inodes = 1;
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_open, struct pt_regs *regs, long result)
{
	struct record *record = take_record(regs->orig_ax);
	struct opened opened;
	struct scratch *s;
	struct file *file;
	__u32 slot;

	if (!record || result < 0)
		return 0;
	find_opened(&opened, record, result);
	file = (void *)opened.file;
	if (!file)
		return 0;
	slot = event_begin(EVENT_SECURITY_FILE_OPEN, ARGUMENTS_SECURITY_FILE_OPEN, record->syscall, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	if (opened.racy)
		s->racy = 1 << SECURITY_FILE_OPEN_PATHNAME | 1 << SECURITY_FILE_OPEN_FLAGS |
			  1 << SECURITY_FILE_OPEN_DEV | 1 << SECURITY_FILE_OPEN_INODE | 1 << SECURITY_FILE_OPEN_CTIME;
	walk_begin(s, BPF_CORE_READ(file, f_path.dentry), BPF_CORE_READ(file, f_path.mnt));
	argument_end(s, put_walked_path(slot));
	argument_open_flags(s, record, BPF_CORE_READ(file, f_flags));
	argument_inode(s, BPF_CORE_READ(file, f_inode));
	argument_given_name(s, record, name_given_at(record, path_argument(record)));
	event_send(slot);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_unlink, struct pt_regs *regs, long result)
{
	struct record *record = take_record(regs->orig_ax);
	__u32 slot, position;
	struct inode *inode;
	struct scratch *s;
	int index;

	if (!record || result)
		return 0;
	if (record->syscall != NR_UNLINK && record->arguments[2] & AT_REMOVEDIR)
		return 0; /* directories are another event */
	slot = event_begin(EVENT_SECURITY_INODE_UNLINK, ARGUMENTS_SECURITY_INODE_UNLINK, record->syscall, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	position = name_given_at(record, record->arguments[record->syscall != NR_UNLINK]);
	index = position == NO_NAME ? NO_CANDIDATE : choose_candidate(record, slot, CHOOSE_NAMED, position);
	if (index == NO_CANDIDATE) {
		mark_racy(s);
		argument_given_name(s, record, position);
		argument_nil(s);
		argument_nil(s);
		argument_nil(s);
	} else {
		struct candidate *candidate = &record->candidate[index & (CANDIDATES - 1)];

		inode = (void *)candidate->inode;
		walk_begin_found(s, candidate->dentry);
		argument_end(s, put_walked_path(slot));
		argument_unsigned(s, BPF_CORE_READ(inode, i_ino));
		argument_unsigned(s, device_number(BPF_CORE_READ(inode, i_sb, s_dev)));
		argument_unsigned(s, inode_ctime(inode));
	}
	event_send(slot);
	return 0;
}

/* The path that CANDIDATE had before the rename: its directory is still where it was. */
static __always_inline void argument_old_path(struct scratch *s, __u32 slot, struct candidate *candidate)
{
	bool cut;

	s->walk.dentry = candidate->parent;
	s->walk.offset = PATH_SIZE - 1;
	s->walk.state = WALK_GOES_ON;
	walk_enter_mount(&s->walk, s->search.found);
	walk_put_name(s, candidate->text, candidate->length);
	cut = put_walked_path(slot);
	argument_end(s, cut);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_rename, struct pt_regs *regs, long result)
{
	struct record *record = take_record(regs->orig_ax);
	struct candidate *candidate;
	__u32 slot, old, new;
	struct scratch *s;
	bool at;
	int index;

	if (!record || result)
		return 0;
	slot = event_begin(EVENT_SECURITY_INODE_RENAME, ARGUMENTS_SECURITY_INODE_RENAME, record->syscall, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	at = record->syscall != NR_RENAME;
	old = name_given_at(record, record->arguments[at ? 1 : 0]);
	new = name_given_at(record, record->arguments[at ? 3 : 1]);
	/* The same buffer for both, or both too long to tell by whom they were given: the old
	 * name is given back first. */
	if (new == old && new == 0 && record->names > 1)
		new = 1;
	index = old == NO_NAME ? NO_CANDIDATE : choose_candidate(record, slot, CHOOSE_RENAMED, old);
	if (index == NO_CANDIDATE) {
		mark_racy(s);
		argument_given_name(s, record, old);
		mark_racy(s);
		argument_given_name(s, record, new);
	} else {
		candidate = &record->candidate[index & (CANDIDATES - 1)];
		argument_old_path(s, slot, candidate);
		/* Another thread may have renamed it again since. */
		if (new == NO_NAME || !is_called_now(record, candidate, new))
			mark_racy(s);
		walk_begin_found(s, candidate->dentry);
		argument_end(s, put_walked_path(slot));
	}
	event_send(slot);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_symlink, struct pt_regs *regs, long result)
{
	struct record *record = take_record(regs->orig_ax);
	__u32 slot, link, target;
	struct scratch *s;
	int index;

	if (!record || result)
		return 0;
	slot = event_begin(EVENT_SECURITY_INODE_SYMLINK, ARGUMENTS_SECURITY_INODE_SYMLINK, record->syscall, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	link = name_given_at(record, record->arguments[record->syscall == NR_SYMLINK ? 1 : 2]);
	target = name_given_at(record, record->arguments[0]);
	/* The link's path is given back before the target. */
	if (target == link && link == 0 && record->names > 1)
		target = 1;
	index = choose_candidate(record, slot, CHOOSE_NEW, link);
	if (index == NO_CANDIDATE) {
		mark_racy(s);
		argument_given_name(s, record, link);
	} else {
		walk_begin_found(s, record->candidate[index & (CANDIDATES - 1)].dentry);
		argument_end(s, put_walked_path(slot));
	}
	argument_given_name(s, record, target);
	event_send(slot);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_chmod, struct pt_regs *regs, long result)
{
	struct record *record = take_record(regs->orig_ax);
	__u32 slot, position, mode;
	struct inode *inode;
	struct scratch *s;
	int index;
	bool at;

	if (!record || result)
		return 0;
	slot = event_begin(EVENT_CHMOD_COMMON, ARGUMENTS_CHMOD_COMMON, record->syscall, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	at = record->syscall != NR_CHMOD && record->syscall != NR_FCHMOD;
	mode = record->arguments[at ? 2 : 1] & MODE_BITS;
	position = record->syscall == NR_FCHMOD ? NO_NAME : name_given_at(record, record->arguments[at]);
	index = position == NO_NAME ? NO_CANDIDATE : choose_candidate(record, slot, CHOOSE_NAMED, position);
	if (index == NO_CANDIDATE) {
		index = choose_candidate(record, slot, CHOOSE_ANY, position);
		/* Of several hard links nothing tells which one was used. */
		if (index != NO_CANDIDATE && record->candidate[index & (CANDIDATES - 1)].aliases > 1)
			mark_racy(s);
	}
	if (index == NO_CANDIDATE) {
		mark_racy(s);
		argument_given_name(s, record, position);
		argument_unsigned(s, mode);
		argument_nil(s);
		argument_nil(s);
	} else {
		struct candidate *candidate = &record->candidate[index & (CANDIDATES - 1)];

		inode = (void *)candidate->inode;
		walk_begin_found(s, candidate->dentry);
		argument_end(s, put_walked_path(slot));
		argument_unsigned(s, mode);
		argument_unsigned(s, device_number(BPF_CORE_READ(inode, i_sb, s_dev)));
		argument_unsigned(s, BPF_CORE_READ(inode, i_ino));
	}
	event_send(slot);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_mount, struct pt_regs *regs, long result)
{
	struct record *record = take_record(regs->orig_ax);
	struct mount *mount;
	struct scratch *s;
	__u32 slot, source;
	__u64 flags;

	if (!record)
		return 0;
	slot = event_begin(EVENT_SECURITY_SB_MOUNT, ARGUMENTS_SECURITY_SB_MOUNT, record->syscall, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	flags = record->arguments[3];
	/* A mount that failed has been freed again. */
	mount = result ? NULL : (void *)record->mount;
	source = flags & (MS_BIND | MS_MOVE) ? name_given_at(record, 0) : NO_NAME;
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
	} else {
		argument_given_name(s, record, name_given_at(record, record->arguments[1]));
	}
	if (mount && !(flags & MS_BIND))
		argument_kernel_string(s, BPF_CORE_READ(mount, mnt.mnt_sb, s_type, name));
	else
		argument_user_string(s, record->arguments[2]);
	argument_unsigned(s, flags);
	event_send(slot);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_memfd_create, struct pt_regs *regs, long result)
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
	file = (void *)last_allocated(record);
	if (result >= 0 && file && is_memfd(file))
		argument_kernel_string(s, BPF_CORE_READ(file, f_path.dentry, d_name.name) + sizeof("memfd:") - 1);
	else
		argument_user_string(s, record->arguments[0]);
	argument_unsigned(s, (__u32)record->arguments[1]);
	event_send(slot);
	return 0;
}
