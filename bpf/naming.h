/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_NAMING_H
#define TRACEWIRE_NAMING_H

#include "change.h"
#include "open.h"
#include "request.h"

/* The events of what is done with the names of files, by a system call or by a request of io_uring:
 * the record of the task says what has been seen. */

#define AT_REMOVEDIR 0x200
#define RENAME_EXCHANGE 2

static __always_inline void open_event(struct record *record, const struct opened *opened, __s64 result)
{
	struct file *file = (void *)opened->file;
	struct decision decision;
	struct scratch *s;
	__u32 slot;

	if (!file || !decide(&decision, EVENT_SECURITY_FILE_OPEN))
		return;
	decide_open(&decision, record, opened);
	slot = event_begin_decided(&decision, ARGUMENTS_SECURITY_FILE_OPEN, told_syscall(record), result);
	s = scratch_at(slot);
	if (!s)
		return;
	mark_request(s, record);
	walk_begin(s, BPF_CORE_READ(file, f_path.dentry), BPF_CORE_READ(file, f_path.mnt));
	argument_end(s, put_walked_path(slot));
	argument_open_flags(s, record, BPF_CORE_READ(file, f_flags));
	argument_inode(s, BPF_CORE_READ(file, f_inode));
	argument_given_name(s, record, name_given_at(record, path_argument(record)));
	if (!stayed_open(opened))
		s->racy = 1 << SECURITY_FILE_OPEN_PATHNAME | 1 << SECURITY_FILE_OPEN_FLAGS |
			  1 << SECURITY_FILE_OPEN_DEV | 1 << SECURITY_FILE_OPEN_INODE | 1 << SECURITY_FILE_OPEN_CTIME;
	event_send(slot);
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

static __always_inline void unlink_event(struct record *record)
{
	struct chosen chosen = { .index = NO_CANDIDATE };
	__u32 slot, position;
	struct scratch *s;

	if (record->syscall != NR_UNLINK && record->arguments[2] & AT_REMOVEDIR)
		return; /* directories are another event */
	slot = event_begin(EVENT_SECURITY_INODE_UNLINK, ARGUMENTS_SECURITY_INODE_UNLINK, told_syscall(record), 0);
	s = scratch_at(slot);
	if (!s)
		return;
	mark_request(s, record);
	if (record->hooked) {
		argument_given_name(s, record, 0);
		argument_hooked_inode(s, record);
		event_send(slot);
		return;
	}
	position = name_given_at(record, record->arguments[record->syscall != NR_UNLINK]);
	if (position != NO_NAME)
		chosen = choose_candidate(record, slot, REMOVED, position);
	if (chosen.index == NO_CANDIDATE) {
		if (record->unproven && choose_candidate(record, slot, EMPTIED, position).index == NO_CANDIDATE)
			return event_cancel(s);
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
}

static __always_inline void rename_event(struct record *record)
{
	struct chosen chosen = { .index = NO_CANDIDATE };
	__u32 slot, old, new;
	struct scratch *s;
	bool at;

	slot = event_begin(EVENT_SECURITY_INODE_RENAME, ARGUMENTS_SECURITY_INODE_RENAME, told_syscall(record), 0);
	s = scratch_at(slot);
	if (!s)
		return;
	mark_request(s, record);
	if (record->hooked) {
		argument_given_name(s, record, 0);
		argument_given_name(s, record, 1);
		event_send(slot);
		return;
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
		if (record->unproven)
			return event_cancel(s);
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
}

static __always_inline void symlink_event(struct record *record)
{
	struct chosen chosen = { .index = NO_CANDIDATE };
	__u32 slot, link, target;
	struct scratch *s;

	slot = event_begin(EVENT_SECURITY_INODE_SYMLINK, ARGUMENTS_SECURITY_INODE_SYMLINK, told_syscall(record), 0);
	s = scratch_at(slot);
	if (!s)
		return;
	mark_request(s, record);
	if (record->hooked) {
		argument_given_name(s, record, 0);
		argument_given_name(s, record, 1);
		event_send(slot);
		return;
	}
	link = name_given_at(record, record->arguments[record->syscall == NR_SYMLINK ? 1 : 2]);
	target = name_given_at(record, record->arguments[0]);
	/* The link's path is given back before the target. */
	if (target == link && link == 0 && record->names > 1)
		target = 1;
	if (link != NO_NAME)
		chosen = choose_candidate(record, slot, CREATED, link);
	if (chosen.index == NO_CANDIDATE) {
		if (record->unproven)
			return event_cancel(s);
		argument_given_path(s, record, link);
	} else {
		if (!was_put_there(chosen.index, link))
			mark_racy(s);
		argument_path_now(s, slot, &record->candidate[chosen.index & (CANDIDATES - 1)]);
	}
	argument_given_name(s, record, target);
	event_send(slot);
}

#endif
