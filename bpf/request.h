/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_REQUEST_H
#define TRACEWIRE_REQUEST_H

#include "event.h"
#include "uring.h"

/* An event of a request of io_uring, written by the code that writes it of the system call. */

/* The system call in which a request is executed. */
static __always_inline void set_aside(struct record *record)
{
	record->outer.syscall = record->syscall;
	record->outer.active = record->active;
	for (int i = 0; i < 6; i++)
		record->outer.arguments[i] = record->arguments[i];
}

/* The record tells of the request from here on, and afterwards of the system call again. */
static __always_inline void request_begin(struct record *record)
{
	set_aside(record);
	translate_request(record, (void *)record->request, record->opcode);
}

static __always_inline void request_end(struct record *record)
{
	record->syscall = record->outer.syscall;
	record->active = record->outer.active;
	for (int i = 0; i < 6; i++)
		record->arguments[i] = record->outer.arguments[i];
	forget_objects(record);
	record->request = record->unproven = 0;
}

/* Whoever the event is begun for: say that no system call of its own led to it. */
static __always_inline void mark_request(struct scratch *s, const struct record *record)
{
	if (record->request)
		s->via = VIA_IO_URING;
}

#endif
