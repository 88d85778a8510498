// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Requests of io_uring that do something with sockets. */
#include "addressing.h"
#include "uring_fexit.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define EAGAIN 11

static __always_inline void keep_request_address(struct record *record, const struct io_kiocb *request)
{
	forget_shown_address();
	if (is_given_address(record->opcode))
		keep_copied_address(record, request, record->opcode);
}

static __always_inline void create_request_event(struct record *record)
{
	create_event(record, record->arguments, -1, 0, false);
}

static __always_inline void connect_request_event(struct record *record)
{
	connect_event(record, 0);
}

static __always_inline void bind_request_event(struct record *record)
{
	bind_event(record, 0);
}

static __always_inline void listen_request_event(struct record *record)
{
	listen_event(record, 0);
}

static __always_inline void send_request_event(struct record *record)
{
	sendmsg_event(record, 0);
}

/* Told when it has begun: what does not answer may take minutes. Then it is tried again, until
 * it is connected or not, and not told again. */
static __always_inline bool is_begun(const struct io_kiocb *request, int returned)
{
	const struct io_connect *connect = (void *)request;
	bool goes_on = bpf_core_field_exists(connect->in_progress) && BPF_CORE_READ(connect, in_progress);

	return goes_on ? returned == -EAGAIN : returned == IOU_OK;
}

static __always_inline bool is_tried(const struct io_kiocb *request, int returned)
{
	return true;
}

/* All connections that were accepted at once: of what was allocated for them, what is still there. */
static __always_inline void accept_request_event(struct record *record)
{
	struct opened opened = { .descriptor = NO_DESCRIPTOR };

	for (__u32 i = 0; i < FILES; i++) {
		struct file *file = (void *)record->file[i];

		if (i >= record->files || !is_referenced(file) || !sock_of_file(file))
			continue;
		opened.file = (__u64)file;
		accept_event(record, &opened, false, 0);
	}
}

REQUEST(io_socket, keep_request_address, is_done, create_request_event)
REQUEST(io_connect, keep_request_address, is_begun, connect_request_event)
REQUEST(io_bind, keep_request_address, is_done, bind_request_event)
REQUEST(io_listen, keep_request_address, is_done, listen_request_event)
REQUEST(io_accept, keep_request_address, is_tried, accept_request_event)
REQUEST(io_send, keep_request_address, is_done, send_request_event)
REQUEST(io_sendmsg, keep_request_address, is_done, send_request_event)
REQUEST(io_send_zc, keep_request_address, is_done, send_request_event)
REQUEST(io_sendmsg_zc, keep_request_address, is_done, send_request_event)
