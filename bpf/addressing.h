/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_ADDRESSING_H
#define TRACEWIRE_ADDRESSING_H

#include "open.h"
#include "request.h"
#include "socket.h"

/* The events of what is done with sockets, by a system call or by a request of io_uring: the record
 * of the task says what has been seen. */

#define SOCK_TYPE_MASK 0xf /* include/linux/net.h: the rest are flags */

/* What a hook of cgroups was shown in the current thread's call. By thread, and not in the task's
 * record: such programs have task storage since 6.18 at the latest, and not in 6.12. */
struct shown_address {
	__u32 type; /* of the socket */
	__u32 length; /* 0: the socket is not of the address's family, which the kernel finds out later */
	__u8 address[sizeof(struct sockaddr_in6)];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct shown_address);
} shown_addresses SEC(".maps");

/* At the end of the call: what the hook was shown goes before what the caller's memory said. */
static __always_inline void take_shown_address(struct record *record)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct shown_address *shown = bpf_map_lookup_elem(&shown_addresses, &thread);

	if (!shown)
		return;
	record->socket_type = shown->type;
	if (shown->length) {
		__builtin_memcpy(record->address, shown->address, sizeof(shown->address));
		record->address_length = shown->length;
		record->address_exact = 1;
	}
	bpf_map_delete_elem(&shown_addresses, &thread);
}

static __always_inline void forget_shown_address(void)
{
	__u64 thread = bpf_get_current_pid_tgid();

	bpf_map_delete_elem(&shown_addresses, &thread);
}

/* What the caller's memory says, in case no hook sees the kernel's copy. */
static __always_inline void keep_user_address(struct record *record, const void *from, __u32 length)
{
	if (length < sizeof(sa_family_t))
		return;
	if (length > ADDRESS_SIZE - 1)
		length = ADDRESS_SIZE - 1;
	forget(length);
	if (!bpf_probe_read_user(record->address, length & (ADDRESS_SIZE - 1), from))
		record->address_length = length;
}

/* The name in a struct msghdr of the caller's; that of sendmmsg begins with one too. */
static __always_inline void keep_user_name(struct record *record, const void *from)
{
	struct user_msghdr message = {};

	if (record->number >= FIRST_32_BIT) {
		struct compat_msghdr narrow = {};

		if (!bpf_probe_read_user(&narrow, offsetof(struct compat_msghdr, msg_iov), from) && narrow.msg_name)
			keep_user_address(record, (void *)(__u64)narrow.msg_name, narrow.msg_namelen);
		return;
	}

	if (!bpf_probe_read_user(&message, offsetof(struct user_msghdr, msg_iov), from) && message.msg_name)
		keep_user_address(record, message.msg_name, message.msg_namelen);
}

/* What the kernel has copied for a request before that is executed. */
static __always_inline void keep_copied_address(struct record *record, const struct io_kiocb *request, __u32 opcode)
{
	const void *copy = BPF_CORE_READ(request, async_data);
	const struct io_async_msghdr *message = copy;
	const struct io_connect *connect = (void *)request;
	const struct io_bind *bind = (void *)request;
	__u32 length = 0;

	if (opcode == IORING_OP_CONNECT) {
		length = BPF_CORE_READ(connect, addr_len);
		/* In 6.18 the copy is all that there is; where it lies before has not been looked at. */
		if (!copy || LINUX_KERNEL_VERSION < KERNEL_VERSION(6, 18, 0))
			return keep_user_address(record, BPF_CORE_READ(connect, addr), length);
	} else if (opcode == IORING_OP_BIND) {
		if (bpf_core_field_exists(bind->addr_len) && LINUX_KERNEL_VERSION >= KERNEL_VERSION(6, 18, 0))
			length = BPF_CORE_READ(bind, addr_len);
	} else if (copy) {
		copy = BPF_CORE_READ(message, msg.msg_name);
		length = copy ? BPF_CORE_READ(message, msg.msg_namelen) : 0;
	}
	if (!copy || length < sizeof(sa_family_t))
		return;
	if (length > ADDRESS_SIZE - 1)
		length = ADDRESS_SIZE - 1;
	forget(length);
	bpf_probe_read_kernel(record->address, length & (ADDRESS_SIZE - 1), copy);
	record->address_length = length;
	record->address_exact = 1;
}

#define FFS_MASK 3 /* io_uring/filetable.h: flags in the pointer to a file there */

/* Since 6.13 (7029acd8a950); how tables were before has not been looked at. */
static __always_inline bool has_table_of_nodes(void)
{
	return bpf_core_field_exists(((struct io_rsrc_data *)0)->nodes);
}

/* A file of a ring's own table. */
static __always_inline struct file *file_of_ring(const struct io_ring_ctx *ring, __u32 place)
{
	struct io_rsrc_node **nodes, *node = NULL;

	if (!has_table_of_nodes())
		return NULL;
	nodes = BPF_CORE_READ(ring, file_table.data.nodes);
	if (place >= BPF_CORE_READ(ring, file_table.data.nr))
		return NULL;
	bpf_probe_read_kernel(&node, sizeof(node), nodes + place);
	return node ? (void *)(BPF_CORE_READ(node, file_ptr) & ~(__u64)FFS_MASK) : NULL;
}

/* The socket that the call works on, of which the next argument tells: found through its descriptor,
 * which another thread could have swapped. A request that is executed holds it. */
static __always_inline struct socket *acted_socket(struct scratch *s, const struct record *record)
{
	const struct io_kiocb *request = (void *)record->request;
	struct file *file = NULL;

	if (request) {
		file = BPF_CORE_READ(request, file);
		if (!file)
			mark_racy(s);
		/* Before what is read for it: 5.10 has no `cqe` in a request. */
		if (!file && has_table_of_nodes() && BPF_CORE_READ(request, flags) & REQ_F_FIXED_FILE)
			file = file_of_ring(BPF_CORE_READ(request, ctx), BPF_CORE_READ(request, cqe.fd));
	} else {
		mark_shared_descriptor(s, record);
	}
	if (!file)
		file = file_of_descriptor(current_task(), record->arguments[0]);
	return socket_of_file(file);
}

/* Null where the socket has no descriptor: a place in a ring's table is none. */
static __always_inline void argument_sockfd(struct scratch *s, const struct record *record)
{
	__s32 descriptor = record->arguments[0];

	mark_from_memory(s, record);
	if (record->request && descriptor == NO_DESCRIPTOR)
		argument_nil(s);
	else
		argument_signed(s, descriptor);
}

static __always_inline void argument_socket_type(struct scratch *s, const struct record *record)
{
	struct socket *socket;

	if (record->socket_type)
		return argument_unsigned(s, record->socket_type);
	socket = acted_socket(s, record);
	if (socket)
		argument_unsigned(s, BPF_CORE_READ(socket, type));
	else
		argument_nil(s);
}

static __always_inline void create_event(const struct record *record, const __u64 *arguments, int syscall, __s64 result,
					 bool from_memory)
{
	__u32 slot = event_begin(EVENT_SECURITY_SOCKET_CREATE, ARGUMENTS_SECURITY_SOCKET_CREATE, syscall, result);
	struct scratch *s = scratch_at(slot);

	if (!s)
		return;
	if (record)
		mark_request(s, record);
	if (from_memory)
		s->user = 1 << SECURITY_SOCKET_CREATE_FAMILY | 1 << SECURITY_SOCKET_CREATE_TYPE |
			  1 << SECURITY_SOCKET_CREATE_PROTOCOL;
	argument_unsigned(s, (__u32)arguments[0]);
	argument_unsigned(s, arguments[1] & SOCK_TYPE_MASK);
	argument_signed(s, (__s32)arguments[2]);
	argument_boolean(s, false);
	event_send(slot);
}

/* How an event about a socket that there is begins, `sockfd` included. NULL: nobody wants it. */
static __always_inline struct scratch *socket_event_begin(const struct record *record, __u32 event, __u32 arguments,
							  __s64 result, __u32 *slot)
{
	struct scratch *s;

	*slot = event_begin(event, arguments, told_syscall(record), result);
	s = scratch_at(*slot);
	if (!s)
		return NULL;
	mark_request(s, record);
	argument_sockfd(s, record);
	return s;
}

static __always_inline void connect_event(struct record *record, __s64 result)
{
	struct scratch *s;
	__u32 slot;

	take_shown_address(record);
	s = socket_event_begin(record, EVENT_SECURITY_SOCKET_CONNECT, ARGUMENTS_SECURITY_SOCKET_CONNECT, result, &slot);
	if (!s)
		return;
	argument_socket_type(s, record);
	argument_given_address(s, record);
	event_send(slot);
}

static __always_inline void bind_event(struct record *record, __s64 result)
{
	struct scratch *s;
	__u32 slot;

	take_shown_address(record);
	s = socket_event_begin(record, EVENT_SECURITY_SOCKET_BIND, ARGUMENTS_SECURITY_SOCKET_BIND, result, &slot);
	if (!s)
		return;
	argument_given_address(s, record);
	event_send(slot);
}

static __always_inline void listen_event(struct record *record, __s64 result)
{
	struct socket *socket;
	struct scratch *s;
	__u32 slot;

	s = socket_event_begin(record, EVENT_SECURITY_SOCKET_LISTEN, ARGUMENTS_SECURITY_SOCKET_LISTEN, result, &slot);
	if (!s)
		return;
	if (record->address_exact && ((struct address_head *)record->address)->port) {
		argument_given_address(s, record);
	} else { /* a socket that was not bound gets its port after that */
		socket = acted_socket(s, record);
		if (socket)
			argument_local_address(s, BPF_CORE_READ(socket, sk));
		else
			argument_nil(s);
	}
	mark_from_memory(s, record);
	argument_signed(s, (__s32)record->arguments[1]);
	event_send(slot);
}

/* What was sent without an address goes to where the socket is connected. */
static __always_inline void sendmsg_event(struct record *record, __s64 result)
{
	struct socket *socket;
	struct scratch *s;
	__u32 slot;

	take_shown_address(record);
	s = socket_event_begin(record, EVENT_SECURITY_SOCKET_SENDMSG, ARGUMENTS_SECURITY_SOCKET_SENDMSG, result, &slot);
	if (!s)
		return;
	argument_socket_type(s, record);
	if (record->address_length) {
		argument_given_address(s, record);
	} else {
		socket = acted_socket(s, record);
		if (socket)
			argument_remote_address(s, BPF_CORE_READ(socket, sk));
		else
			argument_nil(s);
	}
	event_send(slot);
}

/* ACCEPTED is the new socket's file; without one, only where the old one waits is known. IS_GUESSED:
 * there may be another one that waits. */
static __always_inline void accept_event(struct record *record, const struct opened *accepted, bool is_guessed,
					 __s64 result)
{
	__u32 slot = event_begin(EVENT_SECURITY_SOCKET_ACCEPT, ARGUMENTS_SECURITY_SOCKET_ACCEPT, told_syscall(record),
				 result);
	struct scratch *s = scratch_at(slot);
	struct socket *socket;
	struct sock *sock;

	if (!s)
		return;
	mark_request(s, record);
	if (is_guessed)
		mark_racy(s);
	argument_sockfd(s, record);
	socket = accepted ? socket_of_file((void *)accepted->file) : acted_socket(s, record);
	sock = socket ? BPF_CORE_READ(socket, sk) : NULL;
	if (sock)
		argument_local_address(s, sock);
	else
		argument_nil(s);
	if (sock && accepted)
		argument_remote_address(s, sock);
	else
		argument_nil(s);
	if (accepted && !stayed_open(accepted))
		s->racy |= 1 << SECURITY_SOCKET_ACCEPT_LOCAL_ADDR | 1 << SECURITY_SOCKET_ACCEPT_REMOTE_ADDR;
	event_send(slot);
}

#endif
