// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Events of sockets. */
#include "addressing.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define TCP_LISTEN_STATE 10
#define ALLOW 1

SYSCALL_EXIT(exit_socket)
{
	__u64 given[REGISTERS];
	int number = call_number(regs);
	bool from_memory = number == FIRST_32_BIT + NR_32_SOCKETCALL;

	read_registers(given, regs, number >= FIRST_32_BIT);
	if (from_memory && !read_block(given, given[1], 3))
		return 0;
	create_event(NULL, given, number, result, from_memory);
	return 0;
}

/* connect, bind */
SYSCALL_ENTRY(enter_address)
{
	struct record *record = current_record();

	if (!record)
		return 0;
	/* Of a call that nobody has told of, such as one through io_uring. */
	forget_shown_address();
	keep_user_address(record, (void *)record->arguments[1], record->arguments[2]);
	return 0;
}

/* sendto, sendmsg, and the first message of sendmmsg */
SYSCALL_ENTRY(enter_send)
{
	struct record *record = current_record();

	if (!record)
		return 0;
	forget_shown_address();
	if (record->syscall != NR_SENDTO)
		keep_user_name(record, (void *)record->arguments[1]);
	else if (record->arguments[4])
		keep_user_address(record, (void *)record->arguments[4], record->arguments[5]);
	return 0;
}

static __always_inline void show(const struct shown_address *shown)
{
	__u64 thread = bpf_get_current_pid_tgid();

	bpf_map_update_elem(&shown_addresses, &thread, shown, BPF_ANY);
}

/* Called before the kernel looks whether the address is of the socket's family at all. */
static __always_inline void show_inet(struct bpf_sock_addr *context)
{
	struct shown_address shown = { .type = context->type };
	struct sockaddr_in *address = (void *)shown.address;

	if (context->user_family == AF_INET) {
		shown.length = sizeof(shown.address);
		address->sin_family = AF_INET;
		address->sin_port = context->user_port;
		address->sin_addr.s_addr = context->user_ip4;
	}
	show(&shown);
}

static __always_inline void show_inet6(struct bpf_sock_addr *context)
{
	struct shown_address shown = { .type = context->type };
	struct sockaddr_in6 *address = (void *)shown.address;

	if (context->user_family == AF_INET6) {
		shown.length = sizeof(shown.address);
		address->sin6_family = AF_INET6;
		address->sin6_port = context->user_port;
		address->sin6_addr.in6_u.u6_addr32[0] = context->user_ip6[0];
		address->sin6_addr.in6_u.u6_addr32[1] = context->user_ip6[1];
		address->sin6_addr.in6_u.u6_addr32[2] = context->user_ip6[2];
		address->sin6_addr.in6_u.u6_addr32[3] = context->user_ip6[3];
	}
	show(&shown);
}

SEC("cgroup/connect4")
int cgroup_connect4(struct bpf_sock_addr *context)
{
	show_inet(context);
	return ALLOW;
}

SEC("cgroup/connect6")
int cgroup_connect6(struct bpf_sock_addr *context)
{
	show_inet6(context);
	return ALLOW;
}

SEC("cgroup/bind4")
int cgroup_bind4(struct bpf_sock_addr *context)
{
	show_inet(context);
	return ALLOW;
}

SEC("cgroup/bind6")
int cgroup_bind6(struct bpf_sock_addr *context)
{
	show_inet6(context);
	return ALLOW;
}

SEC("cgroup/sendmsg4")
int cgroup_sendmsg4(struct bpf_sock_addr *context)
{
	show_inet(context);
	return ALLOW;
}

SEC("cgroup/sendmsg6")
int cgroup_sendmsg6(struct bpf_sock_addr *context)
{
	show_inet6(context);
	return ALLOW;
}

SYSCALL_EXIT(exit_connect)
{
	struct record *record = take_record(call_number(regs));

	if (record)
		connect_event(record, result);
	return 0;
}

SYSCALL_EXIT(exit_bind)
{
	struct record *record = take_record(call_number(regs));

	if (record)
		bind_event(record, result);
	return 0;
}

TRACEPOINT(inet_sock_set_state, inet_sock_set_state, const struct sock *sock, int old_state, int new_state)
{
	struct record *record;

	if (new_state != TCP_LISTEN_STATE)
		return 0;
	record = current_record();
	if (record)
		keep_local_address(record, sock);
	return 0;
}

SYSCALL_EXIT(exit_listen)
{
	struct record *record = take_record(call_number(regs));

	if (record)
		listen_event(record, result);
	return 0;
}

SYSCALL_EXIT(exit_send)
{
	struct record *record = take_record(call_number(regs));

	if (record)
		sendmsg_event(record, result);
	return 0;
}

SYSCALL_EXIT(exit_accept)
{
	struct record *record = take_record(call_number(regs));
	struct opened opened;

	if (!record || result < 0)
		return 0;
	find_opened(&opened, record, result);
	accept_event(record, &opened, false, result);
	return 0;
}

/* dup, dup2, dup3: of sockets only. */
SYSCALL_EXIT(exit_dup)
{
	struct record *record = take_record(call_number(regs));
	struct scratch *s;
	struct sock *sock;
	__u32 slot;

	if (!record || result < 0)
		return 0;
	sock = sock_of_descriptor(result);
	if (!sock)
		return 0;
	slot = event_begin(EVENT_SOCKET_DUP, ARGUMENTS_SOCKET_DUP, record->number, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	argument_signed(s, (__s32)record->arguments[0]);
	argument_signed(s, result);
	mark_shared_descriptor(s, record);
	argument_remote_address(s, sock);
	event_send(slot);
	return 0;
}

/* Sockets that requests wait on for connections: by request, and where one accepts many, by ring and
 * `user_data`, which several requests may share. When a request is done it has forgotten its own. */
struct waiting_key {
	__u64 request_or_ring;
	__u64 user_data;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct waiting_key);
	__type(value, __s32);
} waiting_sockets SEC(".maps");

/* include/uapi/linux/io_uring.h */
#define IORING_ACCEPT_MULTISHOT 1
#define IORING_FILE_INDEX_ALLOC (~0U)

static __always_inline void accept_submitted(struct record *record, const struct io_kiocb *request)
{
	const struct io_accept *accept = (void *)request;
	struct waiting_key key = { .request_or_ring = (__u64)request };
	__s32 descriptor = record->arguments[0];

	/* Nothing tells when it is done. */
	if (BPF_CORE_READ(request, flags) & REQ_F_CQE_SKIP)
		return accept_event(record, NULL, false, 0);
	if (BPF_CORE_READ(accept, iou_flags) & IORING_ACCEPT_MULTISHOT) {
		key.request_or_ring = (__u64)BPF_CORE_READ(request, ctx);
		key.user_data = BPF_CORE_READ(request, cqe.user_data);
	}
	bpf_map_update_elem(&waiting_sockets, &key, &descriptor, BPF_ANY);
}

/* A request that works on a socket, when it is submitted: what it is given has been copied. */
TRACEPOINT(uring_submit_socket, io_uring_submit_req, struct io_kiocb *request)
{
	struct task_struct *task = current_task();
	__u32 opcode = BPF_CORE_READ(request, opcode);
	struct record *record;

	if (opcode != IORING_OP_SOCKET && !is_of_socket(opcode))
		return 0;
	if (!event_of_opcode(opcode) || task_read(task, tgid) == own_tgid)
		return 0;
	record = task_value_made(records, task);
	if (!record)
		return 0;
	forget_objects(record);
	forget_shown_address();
	record->request = (__u64)request;
	record->submitter = submitter_of(request);
	record->opcode = opcode;
	request_begin(record);
	if (is_given_address(opcode))
		keep_copied_address(record, request, opcode);
	switch (opcode) {
	case IORING_OP_SOCKET:
		create_event(record, record->arguments, -1, 0, false);
		break;
	case IORING_OP_CONNECT:
		connect_event(record, 0);
		break;
	case IORING_OP_BIND:
		bind_event(record, 0);
		break;
	case IORING_OP_LISTEN:
		listen_event(record, 0);
		break;
	case IORING_OP_ACCEPT:
		accept_submitted(record, request);
		break;
	default:
		sendmsg_event(record, 0);
	}
	request_end(record);
	return 0;
}

/* The file of an accepted connection, whose place RESULT is in the process's or the ring's own table.
 * A request that accepts many does not show itself: then it is the file that was allocated last. */
static __always_inline struct file *accepted_file(const struct record *record, const struct io_ring_ctx *ring,
						  const struct io_accept *request, __s32 result)
{
	struct file *file = file_of_descriptor(current_task(), result);

	if (request) {
		__u32 place = BPF_CORE_READ(request, file_slot);

		if (!place)
			return file;
		/* The ring was to choose one, or it was chosen, from 1. */
		return file_of_ring(ring, place == IORING_FILE_INDEX_ALLOC ? result : place - 1);
	}
	if (!record->files)
		return NULL;
	if ((__u64)file == last_allocated(record))
		return file;
	file = file_of_ring(ring, result);
	return (__u64)file == last_allocated(record) ? file : NULL;
}

/* A connection has been accepted, and its place is about to be told. */
TRACEPOINT(uring_complete_accept, io_uring_complete, struct io_ring_ctx *ring, void *about, struct io_uring_cqe *told)
{
	const struct io_kiocb *request = about;
	struct waiting_key key = { .request_or_ring = (__u64)request };
	struct task_struct *task = current_task();
	struct opened opened = { .descriptor = NO_DESCRIPTOR };
	struct record *record;
	__s32 *waiting, result;

	if (!event_of_opcode(IORING_OP_ACCEPT) || task_read(task, tgid) == own_tgid)
		return 0;
	if (request && BPF_CORE_READ(request, opcode) != IORING_OP_ACCEPT)
		return 0;
	result = request ? BPF_CORE_READ(request, cqe.res) : BPF_CORE_READ(told, res);
	record = result < 0 ? NULL : task_value_made(records, task);
	if (!record)
		return 0;
	opened.file = (__u64)accepted_file(record, ring, about, result);
	if (!opened.file || !sock_of_file((void *)opened.file))
		return 0;
	opened.racy = opened.file != last_allocated(record);
	if (!request) {
		key.request_or_ring = (__u64)ring;
		key.user_data = BPF_CORE_READ(told, user_data);
	}
	waiting = bpf_map_lookup_elem(&waiting_sockets, &key);
	record->request = (__u64)ring; /* not 0; nothing more is asked of it */
	record->submitter = request ? submitter_of(request) : (__u64)task;
	set_aside(record);
	record->arguments[0] = waiting ? *waiting : NO_DESCRIPTOR;
	accept_event(record, &opened, !request, 0);
	request_end(record);
	return 0;
}
