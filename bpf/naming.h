/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_NAMING_H
#define TRACEWIRE_NAMING_H

#include "change.h"
#include "open.h"
#include "request.h"

/* The events of what is done with the names of files, by a system call or by a request of io_uring:
 * the record of the task says what has been seen. */

#define AT_REMOVEDIR 0x200
#define AT_SYMLINK_FOLLOW 0x400
#define AT_EMPTY_PATH 0x1000
#define RENAME_EXCHANGE 2
#define MODE_BITS 07777

/* The open of which the task alone leaves it possible that it is wanted. */
static __always_inline void open_event_decided(struct record *record, struct decision *decision,
					       const struct opened *opened, __s64 result)
{
	struct file *file = (void *)opened->file;
	struct scratch *s;
	__u32 slot;

	if (!file)
		return decide_nothing(decision);
	decide_open(decision, record, opened);
	slot = event_begin_decided(decision, ARGUMENTS_SECURITY_FILE_OPEN, told_syscall(record), result);
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

static __always_inline void open_event(struct record *record, const struct opened *opened, __s64 result)
{
	struct decision decision;

	if (opened->file && decide(&decision, EVENT_SECURITY_FILE_OPEN))
		open_event_decided(record, &decision, opened, result);
}

/* How an event of names goes on: what a hook was handed, or what has been seen tells. FALSE: nothing
 * shows that what was to be proven has happened (`unproven`). */
typedef bool (*naming_arguments)(struct scratch *s, __u32 slot, struct record *record);

static __always_inline void naming_event(struct record *record, __u32 event, __u32 arguments, naming_arguments hooked,
					 naming_arguments found)
{
	__u32 slot = event_begin(event, arguments, told_syscall(record), 0);
	struct scratch *s = scratch_at(slot);

	if (!s)
		return;
	mark_request(s, record);
	if (record->hooked ? hooked(s, slot, record) : found(s, slot, record))
		event_send(slot);
	else
		event_cancel(s);
}

/* The two names that a call was given, by where the caller had them. */
struct names {
	__u32 first, second; /* in the order in which the kernel gives them back */
};

static __always_inline struct names names_given(struct record *record, __u64 first, __u64 second)
{
	struct names names = { name_given_at(record, first), name_given_at(record, second) };

	/* The same buffer for both, or both too long to tell by whom they were given. */
	if (names.second == names.first && names.second == 0 && record->names > 1)
		names.second = 1;
	return names;
}

static __always_inline bool hooked_names(struct scratch *s, __u32 slot, struct record *record)
{
	argument_given_name(s, record, 0);
	argument_given_name(s, record, 1);
	return true;
}

/* inode, dev and ctime, where the file is not known. */
static __always_inline void argument_no_inode(struct scratch *s)
{
	argument_nil(s);
	argument_nil(s);
	argument_nil(s);
}

static __always_inline void argument_changed_inode(struct scratch *s, const struct candidate *candidate)
{
	argument_unsigned(s, candidate->number);
	argument_unsigned(s, candidate->device);
	argument_unsigned(s, candidate->ctime);
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

/* The path of what lies now where the call has put it: CANDIDATE, under the name at POSITION. */
static __always_inline void argument_path_put(struct scratch *s, __u32 slot, struct record *record, __u32 candidate,
					      __u32 position)
{
	if (!was_put_there(candidate, position))
		mark_racy(s);
	argument_path_now(s, slot, &record->candidate[candidate & (CANDIDATES - 1)]);
}

static __always_inline bool hooked_unlink(struct scratch *s, __u32 slot, struct record *record)
{
	argument_given_name(s, record, 0);
	argument_hooked_inode(s, record);
	return true;
}

static __always_inline bool found_unlink(struct scratch *s, __u32 slot, struct record *record)
{
	struct chosen file = { .index = NO_CANDIDATE }, directory = { .index = NO_CANDIDATE };
	__u32 position = name_given_at(record, record->arguments[record->syscall != NR_UNLINK]);

	if (position != NO_NAME)
		file = choose_candidate(record, slot, REMOVED, position);
	if (file.index != NO_CANDIDATE) {
		struct candidate *candidate = &record->candidate[file.index & (CANDIDATES - 1)];

		if (file.several)
			mark_racy(s);
		argument_path_then(s, slot, candidate, candidate->parent);
		argument_changed_inode(s, candidate);
		return true;
	}
	/* Of a file with many hard links not all names are remembered; and where overlayfs hides a file
	 * of a lower layer, no inode of its own changes but the directory's. */
	if (position != NO_NAME)
		directory = choose_candidate(record, slot, EMPTIED, position);
	if (directory.index != NO_CANDIDATE)
		argument_path_in(s, slot, record, &record->candidate[directory.index & (CANDIDATES - 1)], position);
	else if (record->unproven)
		return false;
	else
		argument_given_path(s, record, position);
	argument_no_inode(s);
	return true;
}

static __always_inline void unlink_event(struct record *record)
{
	if (record->syscall != NR_UNLINK && record->arguments[2] & AT_REMOVEDIR)
		return; /* directories are another event */
	naming_event(record, EVENT_SECURITY_INODE_UNLINK, ARGUMENTS_SECURITY_INODE_UNLINK, hooked_unlink, found_unlink);
}

static __always_inline bool found_rename(struct scratch *s, __u32 slot, struct record *record)
{
	struct chosen chosen = { .index = NO_CANDIDATE };
	bool at = record->syscall != NR_RENAME;
	struct names names = names_given(record, record->arguments[at ? 1 : 0], record->arguments[at ? 3 : 1]);
	struct candidate *candidate;

	if (names.first != NO_NAME && names.second != NO_NAME)
		chosen = choose_candidate(record, slot, RENAMED, names.first);
	if (chosen.index == NO_CANDIDATE) {
		if (record->unproven)
			return false;
		argument_given_path(s, record, names.first);
		argument_given_path(s, record, names.second);
		return true;
	}
	candidate = &record->candidate[chosen.index & (CANDIDATES - 1)];
	/* Exchanged with a file of the same name in another directory: nothing tells the two apart. */
	if (chosen.several || (record->syscall == NR_RENAMEAT2 && record->arguments[4] & RENAME_EXCHANGE &&
			       is_called(chosen.index, names.second)))
		s->racy |= 1 << SECURITY_INODE_RENAME_OLD_PATH | 1 << SECURITY_INODE_RENAME_NEW_PATH;
	argument_path_then(s, slot, candidate, candidate->dentry);
	argument_path_put(s, slot, record, chosen.index, names.second);
	return true;
}

static __always_inline void rename_event(struct record *record)
{
	naming_event(record, EVENT_SECURITY_INODE_RENAME, ARGUMENTS_SECURITY_INODE_RENAME, hooked_names, found_rename);
}

/* The path of what the call has made, of which there was no name before. False: see naming_event(). */
static __always_inline bool argument_path_made(struct scratch *s, __u32 slot, struct record *record, enum deed deed,
					       __u32 position)
{
	struct chosen chosen = { .index = NO_CANDIDATE };

	if (position != NO_NAME)
		chosen = choose_candidate(record, slot, deed, position);
	if (chosen.index != NO_CANDIDATE)
		argument_path_put(s, slot, record, chosen.index, position);
	else if (record->unproven)
		return false;
	else
		argument_given_path(s, record, position);
	return true;
}

static __always_inline bool found_symlink(struct scratch *s, __u32 slot, struct record *record)
{
	struct names names =
		names_given(record, record->arguments[record->syscall == NR_SYMLINK ? 1 : 2], record->arguments[0]);

	if (!argument_path_made(s, slot, record, LINKED_SYMBOLICALLY, names.first))
		return false;
	argument_given_name(s, record, names.second);
	return true;
}

static __always_inline void symlink_event(struct record *record)
{
	naming_event(record, EVENT_SECURITY_INODE_SYMLINK, ARGUMENTS_SECURITY_INODE_SYMLINK, hooked_names, found_symlink);
}

static __always_inline void argument_mkdir_mode(struct scratch *s, const struct record *record)
{
	argument_unsigned(s, record->arguments[record->syscall == NR_MKDIR ? 1 : 2] & MODE_BITS);
}

static __always_inline bool hooked_mkdir(struct scratch *s, __u32 slot, struct record *record)
{
	argument_given_name(s, record, 0);
	argument_mkdir_mode(s, record);
	return true;
}

static __always_inline bool found_mkdir(struct scratch *s, __u32 slot, struct record *record)
{
	__u32 position = name_given_at(record, record->arguments[record->syscall == NR_MKDIR ? 0 : 1]);

	if (!argument_path_made(s, slot, record, MADE, position))
		return false;
	argument_mkdir_mode(s, record);
	return true;
}

static __always_inline void mkdir_event(struct record *record)
{
	naming_event(record, EVENT_SECURITY_INODE_MKDIR, ARGUMENTS_SECURITY_INODE_MKDIR, hooked_mkdir, found_mkdir);
}

static __always_inline bool hooked_link(struct scratch *s, __u32 slot, struct record *record)
{
	hooked_names(s, slot, record);
	argument_hooked_inode(s, record);
	return true;
}

/* Whether what the old name leads to is linked, and not the name itself. */
static __always_inline bool link_follows(const struct record *record)
{
	return record->syscall == NR_LINKAT && record->arguments[4] & (AT_SYMLINK_FOLLOW | AT_EMPTY_PATH);
}

/* The file that was linked. On overlayfs it is none that was seen: only its layer's changes, and the
 * directory of both, which is told of last. */
static __always_inline struct chosen linked_file(struct record *record, __u32 slot, int directory, __u32 position,
						 enum deed deed)
{
	struct chosen chosen = choose_candidate(record, slot, deed, position);

	if (chosen.index != NO_CANDIDATE && directory != NO_CANDIDATE &&
	    record->candidate[chosen.index & (CANDIDATES - 1)].device !=
		    record->candidate[directory & (CANDIDATES - 1)].device)
		chosen.index = NO_CANDIDATE;
	return chosen;
}

static __always_inline bool unknown_link(struct scratch *s, __u32 slot, struct record *record, const struct names *names,
					 int directory)
{
	if (directory == NO_CANDIDATE && record->unproven)
		return false;
	argument_given_path(s, record, names->first);
	if (directory == NO_CANDIDATE)
		argument_given_path(s, record, names->second);
	else
		argument_path_in(s, slot, record, &record->candidate[directory & (CANDIDATES - 1)], names->second);
	argument_no_inode(s);
	return true;
}

static __always_inline bool found_link(struct scratch *s, __u32 slot, struct record *record)
{
	struct chosen file = { .index = NO_CANDIDATE }, directory = { .index = NO_CANDIDATE };
	bool at = record->syscall != NR_LINK, is_named = true;
	struct names names = names_given(record, record->arguments[at ? 1 : 0], record->arguments[at ? 3 : 1]);
	struct candidate *candidate;

	if (names.first != NO_NAME && names.second != NO_NAME) {
		directory = choose_candidate(record, slot, EMPTIED, names.second);
		if (!link_follows(record))
			file = linked_file(record, slot, directory.index, names.first, LINKED);
		if (file.index == NO_CANDIDATE) {
			file = linked_file(record, slot, directory.index, names.first, LINKED_SOMEHOW);
			is_named = link_follows(record);
		}
	}
	if (file.index == NO_CANDIDATE)
		return unknown_link(s, slot, record, &names, directory.index);
	candidate = &record->candidate[file.index & (CANDIDATES - 1)];
	/* Of several names, nothing tells which led to the file. */
	if (file.several || !is_named)
		mark_racy(s);
	argument_path_then(s, slot, candidate, candidate->dentry);
	candidate->dentry = (__u64)newest_alias(candidate);
	argument_path_put(s, slot, record, file.index, names.second);
	argument_changed_inode(s, candidate);
	return true;
}

static __always_inline void link_event(struct record *record)
{
	naming_event(record, EVENT_SECURITY_INODE_LINK, ARGUMENTS_SECURITY_INODE_LINK, hooked_link, found_link);
}

#endif
