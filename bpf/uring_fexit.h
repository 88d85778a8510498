/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_URING_FEXIT_H
#define TRACEWIRE_URING_FEXIT_H

#include "request.h"

/* Requests of io_uring by trampolines around the functions that execute them: see uring.h. What
 * happens in between is seen by whichever rung the event stands on. The functions are the same
 * from 6.1 to 7.2. */

/* What a request returns to its ring is in `cqe.res` once its function has returned this. */
#define IOU_OK 0

/* openat goes on in the function of openat2: then it begins once more. */
static __always_inline struct record *request_entered(const struct io_kiocb *request)
{
	struct task_struct *task = current_task();
	__u32 opcode = BPF_CORE_READ(request, opcode);
	struct record *record;
	bool begun;

	if (!event_of_opcode(opcode) || task_read(task, tgid) == own_tgid)
		return NULL;
	record = task_value_made(records, task);
	if (!record)
		return NULL;
	begun = record->request == (__u64)request;
	forget_objects(record);
	record->request = (__u64)request;
	record->submitter = submitter_of(request);
	record->opcode = opcode;
	if (begun)
		translate_request(record, request, opcode);
	else
		request_begin(record);
	record->watches_inodes = record->active = 1;
	return record;
}

/* The record if it is of the request that has been executed, or tried. */
static __always_inline struct record *request_left(const struct io_kiocb *request)
{
	struct record *record = task_value(records, current_task());

	return record && record->request == (__u64)request ? record : NULL;
}

/* One that would have to wait is tried again, or by a worker. */
static __always_inline bool is_done(const struct io_kiocb *request, int returned)
{
	return returned == IOU_OK;
}

static __always_inline bool has_succeeded(const struct io_kiocb *request, int returned)
{
	return returned == IOU_OK && BPF_CORE_READ(request, cqe.res) >= 0;
}

/* KEEP notes what FUNCTION is given; EVENT tells of it if IS_TOLD, which knows what it returned. */
#define REQUEST(function, keep, is_told, event)                                                          \
	SEC("fentry/" #function)                                                                   \
	int BPF_PROG(begin_##function, struct io_kiocb *request)                                   \
	{                                                                                          \
		struct record *record = request_entered(request);                                  \
                                                                                                   \
		if (record)                                                                        \
			keep(record, request);                                                     \
		return 0;                                                                          \
	}                                                                                          \
	SEC("fexit/" #function)                                                                    \
	int BPF_PROG(end_##function, struct io_kiocb *request, unsigned int flags, int returned)   \
	{                                                                                          \
		struct record *record = request_left(request);                                     \
                                                                                                   \
		if (!record)                                                                       \
			return 0;                                                                  \
		if (is_told(request, returned))                                                    \
			event(record);                                                             \
		request_end(record);                                                               \
		return 0;                                                                          \
	}

#endif
