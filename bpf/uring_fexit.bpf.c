// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Requests of io_uring by trampolines around the functions that execute them: see uring.h. What
 * happens in between is seen by whichever rung the event stands on. The functions are the same
 * from 6.1 to 7.2. */
#include "naming.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* What a request returns to its ring is in `cqe.res` once its function has returned this. */
#define IOU_OK 0

static __always_inline void keep_request_name(struct record *record, const struct filename *filename, __u32 opcode,
					      bool is_last)
{
	__u32 position = record->names & (NAMES - 1);

	if (!filename)
		return;
	record->name[position].user = name_token(opcode, is_last);
	record->name[position].cut = 0;
	keep_text(&record->name[position], position, BPF_CORE_READ(filename, name));
	record->names = position + 1;
}

/* openat goes on in the function of openat2: then it begins once more. */
static __always_inline int request_entered(const struct io_kiocb *request)
{
	struct task_struct *task = current_task();
	__u32 opcode = BPF_CORE_READ(request, opcode);
	struct request_paths paths;
	struct record *record;
	bool begun;

	if (!event_of_opcode(opcode) || task_read(task, tgid) == own_tgid)
		return 0;
	record = task_value_made(records, task);
	if (!record)
		return 0;
	begun = record->request == (__u64)request;
	forget_objects(record);
	record->request = (__u64)request;
	record->submitter = submitter_of(request);
	record->opcode = opcode;
	if (begun)
		translate_request(record, request, opcode);
	else
		request_begin(record);
	paths_of(&paths, request, opcode);
	keep_request_name(record, paths.first, opcode, false);
	keep_request_name(record, paths.last, opcode, true);
	record->watches_inodes = record->active = 1;
	return 0;
}

/* The record if the request is done and has succeeded. One that would have to wait is tried
 * again, by a worker. */
static __always_inline struct record *request_left(const struct io_kiocb *request, int returned)
{
	struct record *record = task_value(records, current_task());

	if (!record || record->request != (__u64)request)
		return NULL;
	if (returned != IOU_OK || BPF_CORE_READ(request, cqe.res) < 0) {
		request_end(record);
		return NULL;
	}
	return record;
}

#define REQUEST(function, event)                                                                   \
	SEC("fentry/" #function)                                                                   \
	int BPF_PROG(begin_##function, struct io_kiocb *request)                                   \
	{                                                                                          \
		return request_entered(request);                                                   \
	}                                                                                          \
	SEC("fexit/" #function)                                                                    \
	int BPF_PROG(end_##function, struct io_kiocb *request, unsigned int flags, int returned)   \
	{                                                                                          \
		struct record *record = request_left(request, returned);                           \
                                                                                                   \
		if (record) {                                                                      \
			event(record);                                                             \
			request_end(record);                                                       \
		}                                                                                  \
		return 0;                                                                          \
	}

static __always_inline void open_request_event(struct record *record)
{
	const struct io_kiocb *request = (void *)record->request;
	struct opened opened;

	find_opened_with_result(&opened, record, BPF_CORE_READ(request, cqe.res));
	open_event(record, &opened, 0);
}

REQUEST(io_openat, open_request_event)
REQUEST(io_openat2, open_request_event)
REQUEST(io_unlinkat, unlink_event)
REQUEST(io_renameat, rename_event)
REQUEST(io_symlinkat, symlink_event)
REQUEST(io_mkdirat, mkdir_event)
REQUEST(io_linkat, link_event)
