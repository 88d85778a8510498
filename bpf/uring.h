/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_URING_H
#define TRACEWIRE_URING_H

#include "keep.h"
#include "maps.h"

/* Requests of io_uring. They do what a system call does, without it: at once in the task that submits
 * them, in the submission thread of its ring, in a worker thread, or later in the task again when
 * what they were linked to or waited for is done. The record of the task that executes one is
 * filled in as for a system call, and translate_request() says which one that would have been.
 *
 * Two ways lead to what a request did. uring_fexit.h stands around the function that executes
 * it. Where trampolines are not allowed, inner tracepoints see the objects, and that the request is
 * done is seen when the kernel gives its path back: the copy that was made when it was
 * submitted, by whose address it is known again in whichever task that is. Its result is not
 * known yet then: what it did must prove that it succeeded. */

#define OPCODES 64

/* By opcode, the event that is wanted of it; 0: none. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, OPCODES);
	__type(key, __u32);
	__type(value, __u32);
} ring_opcodes SEC(".maps");

/* Where inner tracepoints go on when a request is done, by opcode. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, OPCODES);
	__type(key, __u32);
	__type(value, __u32);
} ring_handlers SEC(".maps");

/* A copy of a path that belongs to a request. */
struct request_name {
	__u64 request;
	__u64 submitter;
	__u32 opcode;
	__u32 is_last; /* given back when all is done */
};

/* By the address that its slab cache knows. Those of requests that wait: so many that there is
 * hardly memory for their rings. One that finds no place is counted as lost. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct request_name);
} request_names SEC(".maps");

/* What stands for the address of a path in the caller's memory. */
#define NAME_OLD 1
#define NAME_NEW 2

static __always_inline __u32 event_of_opcode(__u32 opcode)
{
	__u32 *event = bpf_map_lookup_elem(&ring_opcodes, &opcode);

	return event ? *event : 0;
}

/* 6.13 (b6f58a3f4aa8): from the task to its context of io_uring. */
struct io_kiocb___task {
	struct task_struct *task;
} __attribute__((preserve_access_index));

struct io_uring_task___task {
	struct task_struct *task;
} __attribute__((preserve_access_index));

struct io_kiocb___context {
	struct io_uring_task___task *tctx;
} __attribute__((preserve_access_index));

static __always_inline __u64 submitter_of(const struct io_kiocb *request)
{
	const struct io_kiocb___context *with_context = (const void *)request;
	const struct io_kiocb___task *with_task = (const void *)request;

	if (bpf_core_field_exists(with_context->tctx))
		return (__u64)BPF_CORE_READ(with_context, tctx, task);
	return (__u64)BPF_CORE_READ(with_task, task);
}

/* Since 7.0 what a request holds is a struct around the pointer. */
struct delayed_filename___since_7 {
	struct filename *__incomplete_filename;
} __attribute__((preserve_access_index));

struct io_open___since_7 {
	struct delayed_filename___since_7 filename;
} __attribute__((preserve_access_index));

struct io_unlink___since_7 {
	struct delayed_filename___since_7 filename;
} __attribute__((preserve_access_index));

struct io_mkdir___since_7 {
	struct delayed_filename___since_7 filename;
} __attribute__((preserve_access_index));

struct io_rename___since_7 {
	struct delayed_filename___since_7 oldpath, newpath;
} __attribute__((preserve_access_index));

struct io_link___since_7 {
	struct delayed_filename___since_7 oldpath, newpath;
} __attribute__((preserve_access_index));

/* `forget`: clang would calculate both offsets before the choice, and one of them does not exist. */
#define request_name_of(type, request, field)                                                              \
	({                                                                                                 \
		struct filename *name_ = NULL;                                                             \
		__u64 offset_;                                                                             \
		if (bpf_core_field_exists(((struct type *)0)->field)) {                                    \
			offset_ = bpf_core_field_offset(struct type, field);                               \
			forget(offset_);                                                                   \
		} else {                                                                                   \
			offset_ = bpf_core_field_offset(struct type##___since_7, field);                   \
			forget(offset_);                                                                   \
		}                                                                                          \
		bpf_probe_read_kernel(&name_, sizeof(name_), (void *)((__u64)(request) + offset_));        \
		name_;                                                                                     \
	})

struct request_paths {
	struct filename *first; /* NULL where there is but one */
	struct filename *last; /* is given back last */
};

static __always_inline void paths_of(struct request_paths *paths, const struct io_kiocb *request, __u32 opcode)
{
	paths->first = paths->last = NULL;
	switch (opcode) {
	case IORING_OP_OPENAT:
	case IORING_OP_OPENAT2:
		paths->last = request_name_of(io_open, request, filename);
		break;
	case IORING_OP_UNLINKAT:
		paths->last = request_name_of(io_unlink, request, filename);
		break;
	case IORING_OP_MKDIRAT:
		paths->last = request_name_of(io_mkdir, request, filename);
		break;
	case IORING_OP_RENAMEAT:
		paths->first = request_name_of(io_rename, request, oldpath);
		paths->last = request_name_of(io_rename, request, newpath);
		break;
	case IORING_OP_LINKAT:
		paths->first = request_name_of(io_link, request, oldpath);
		paths->last = request_name_of(io_link, request, newpath);
		break;
	case IORING_OP_SYMLINKAT:
		paths->first = request_name_of(io_link, request, newpath);
		paths->last = request_name_of(io_link, request, oldpath);
		break;
	}
}

/* Which of the paths of an OPCODE's system call its last or first one is. */
static __always_inline __u64 name_token(__u32 opcode, bool is_last)
{
	if (opcode == IORING_OP_SYMLINKAT)
		return is_last ? NAME_OLD : NAME_NEW;
	if (opcode == IORING_OP_RENAMEAT || opcode == IORING_OP_LINKAT)
		return is_last ? NAME_NEW : NAME_OLD;
	return NAME_OLD;
}

#define REQ_F_FIXED_FILE 1 /* include/linux/io_uring_types.h: the descriptor is one of the ring's own table */
#define REQ_F_CQE_SKIP (1 << 6) /* the same: no completion tells that it has succeeded (5.17) */
#define NO_DESCRIPTOR (-1)

/* Whether OPCODE may be given the address of a socket. */
static __always_inline bool is_given_address(__u32 opcode)
{
	switch (opcode) {
	case IORING_OP_CONNECT:
	case IORING_OP_BIND:
	case IORING_OP_SEND:
	case IORING_OP_SENDMSG:
	case IORING_OP_SEND_ZC:
	case IORING_OP_SENDMSG_ZC:
		return true;
	default:
		return false;
	}
}

/* Whether OPCODE works on a socket that there is. */
static __always_inline bool is_of_socket(__u32 opcode)
{
	return is_given_address(opcode) || opcode == IORING_OP_LISTEN || opcode == IORING_OP_ACCEPT;
}

/* Requests as they are since 5.19; those before are not seen, and not all of what is read
 * of one existed. */
static __always_inline bool knows_requests(void)
{
	return bpf_core_field_exists(((struct io_kiocb *)0)->cqe);
}

/* The system call that would have done the same. What a request holds is the kernel's own copy. */
static __always_inline void translate_request(struct record *record, const struct io_kiocb *request, __u32 opcode)
{
	record->arguments[1] = NAME_OLD;
	if (is_of_socket(opcode))
		record->arguments[0] = BPF_CORE_READ(request, flags) & REQ_F_FIXED_FILE ? NO_DESCRIPTOR :
											   BPF_CORE_READ(request, cqe.fd);
	switch (opcode) {
	case IORING_OP_SOCKET: {
		const struct io_socket *socket = (const void *)request;

		record->arguments[0] = BPF_CORE_READ(socket, domain);
		record->arguments[1] = BPF_CORE_READ(socket, type);
		record->arguments[2] = BPF_CORE_READ(socket, protocol);
		break;
	}
	case IORING_OP_LISTEN: {
		const struct io_listen *listen = (const void *)request;

		if (bpf_core_field_exists(listen->backlog)) /* since 6.11 */
			record->arguments[1] = BPF_CORE_READ(listen, backlog);
		break;
	}
	case IORING_OP_OPENAT:
	case IORING_OP_OPENAT2: {
		const struct io_open *open = (const void *)request;

		record->syscall = NR_OPENAT;
		record->arguments[2] = BPF_CORE_READ(open, how.flags);
		break;
	}
	case IORING_OP_UNLINKAT: {
		const struct io_unlink *unlink = (const void *)request;

		record->syscall = NR_UNLINKAT;
		record->arguments[2] = BPF_CORE_READ(unlink, flags);
		break;
	}
	case IORING_OP_MKDIRAT: {
		const struct io_mkdir *mkdir = (const void *)request;

		record->syscall = NR_MKDIRAT;
		record->arguments[2] = BPF_CORE_READ(mkdir, mode);
		break;
	}
	case IORING_OP_RENAMEAT: {
		const struct io_rename *rename = (const void *)request;

		record->syscall = NR_RENAMEAT2;
		record->arguments[3] = NAME_NEW;
		record->arguments[4] = BPF_CORE_READ(rename, flags);
		break;
	}
	case IORING_OP_LINKAT: {
		const struct io_link *link = (const void *)request;

		record->syscall = NR_LINKAT;
		record->arguments[3] = NAME_NEW;
		record->arguments[4] = BPF_CORE_READ(link, flags);
		break;
	}
	case IORING_OP_SYMLINKAT:
		record->syscall = NR_SYMLINKAT;
		record->arguments[0] = NAME_OLD;
		record->arguments[2] = NAME_NEW;
		break;
	}
}

/* Nothing has been seen yet. */
static __always_inline void forget_objects(struct record *record)
{
	record->names = record->files = record->candidates = 0;
	record->address_length = record->address_exact = 0;
	record->mount = 0;
	record->hooked = record->has_type = record->socket_type = 0;
	record->owns_descriptors = record->owns_memory = 0;
}

/* Whether what the task does may be a request's: not within a system call that is observed itself. */
static __always_inline bool is_serving(const struct record *record)
{
	return record->serves_rings && (!record->active || record->syscall == NR_IO_URING_ENTER);
}

/* The current task's record, if it is in a system call of interest or may be executing a request.
 * A worker gets one when the first thing is seen that it does. */
static __always_inline struct record *serving_record(void)
{
	struct task_struct *task = current_task();
	struct record *record = task_value(records, task);

	if (record)
		return record->active || record->serves_rings ? record : NULL;
	if (!(task_read(task, flags) & PF_IO_WORKER))
		return NULL;
	record = task_value_made(records, task);
	if (record)
		record->serves_rings = 1;
	return record;
}

#endif
