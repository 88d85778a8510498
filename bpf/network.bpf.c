// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Events of sockets. */
#include "open.h"
#include "socket.h"
#include "uring.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define SOCK_TYPE_MASK 0xf /* include/linux/net.h: the rest are flags */
#define TCP_LISTEN_STATE 10
#define ALLOW 1

SYSCALL_EXIT(exit_socket)
{
	__u32 slot = event_begin(EVENT_SECURITY_SOCKET_CREATE, ARGUMENTS_SECURITY_SOCKET_CREATE, regs->orig_ax, result);
	struct scratch *s = scratch_at(slot);

	if (!s)
		return 0;
	argument_unsigned(s, (__u32)regs->di);
	argument_unsigned(s, regs->si & SOCK_TYPE_MASK);
	argument_signed(s, (__s32)regs->dx);
	argument_boolean(s, false);
	event_send(slot);
	return 0;
}

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

/* connect, bind: keep what the caller's memory says, in case no hook sees the kernel's copy. */
SYSCALL_ENTRY(enter_address)
{
	struct record *record = current_record();
	__u64 thread = bpf_get_current_pid_tgid();
	__u32 length = regs->dx;

	if (!record)
		return 0;
	/* Of a call that nobody has told of, such as one through io_uring. */
	bpf_map_delete_elem(&shown_addresses, &thread);
	if (length < sizeof(sa_family_t))
		return 0;
	if (length > ADDRESS_SIZE - 1)
		length = ADDRESS_SIZE - 1;
	if (!bpf_probe_read_user(record->address, length & (ADDRESS_SIZE - 1), (void *)regs->si))
		record->address_length = length;
	return 0;
}

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

SYSCALL_EXIT(exit_connect)
{
	struct record *record = take_record(regs->orig_ax);
	struct socket *socket;
	struct scratch *s;
	__u32 slot;

	if (!record)
		return 0;
	take_shown_address(record);
	slot = event_begin(EVENT_SECURITY_SOCKET_CONNECT, ARGUMENTS_SECURITY_SOCKET_CONNECT, record->syscall, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	argument_signed(s, (__s32)record->arguments[0]);
	if (record->socket_type) {
		argument_unsigned(s, record->socket_type);
	} else {
		mark_shared_descriptor(s, record);
		socket = socket_of_file(file_of_descriptor(current_task(), record->arguments[0]));
		if (socket)
			argument_unsigned(s, BPF_CORE_READ(socket, type));
		else
			argument_nil(s);
	}
	argument_given_address(s, record);
	event_send(slot);
	return 0;
}

#define REQ_F_FIXED_FILE 1 /* include/linux/io_uring_types.h: the descriptor is one of the ring's own table */
#define FFS_MASK 3 /* io_uring/filetable.h: flags in the pointer to a file there */

/* Since 6.13 that table is of nodes (7029acd8a950). */
static __always_inline struct file *file_of_ring(const struct io_kiocb *request, __u32 descriptor)
{
	struct io_rsrc_node **nodes, *node = NULL;

	if (!bpf_core_field_exists(((struct io_rsrc_data *)0)->nodes))
		return NULL;
	nodes = BPF_CORE_READ(request, ctx, file_table.data.nodes);
	if (descriptor >= BPF_CORE_READ(request, ctx, file_table.data.nr))
		return NULL;
	bpf_probe_read_kernel(&node, sizeof(node), nodes + descriptor);
	return node ? (void *)(BPF_CORE_READ(node, file_ptr) & ~(__u64)FFS_MASK) : NULL;
}

/* A connect of io_uring, when it is submitted: the address has been copied. */
TRACEPOINT(uring_submit_connect, io_uring_submit_req, struct io_kiocb *request)
{
	const struct io_connect *connect = (void *)request;
	__u32 slot, length, is_fixed;
	struct socket *socket;
	const void *address;
	struct scratch *s;
	__s32 descriptor;

	if (BPF_CORE_READ(request, opcode) != IORING_OP_CONNECT || !event_of_opcode(IORING_OP_CONNECT))
		return 0;
	slot = event_begin(EVENT_SECURITY_SOCKET_CONNECT, ARGUMENTS_SECURITY_SOCKET_CONNECT, -1, 0);
	s = scratch_at(slot);
	if (!s)
		return 0;
	s->via = VIA_IO_URING;
	descriptor = BPF_CORE_READ(request, cqe.fd);
	is_fixed = BPF_CORE_READ(request, flags) & REQ_F_FIXED_FILE;
	if (is_fixed)
		argument_nil(s);
	else
		argument_signed(s, descriptor);
	mark_racy(s);
	socket = socket_of_file(is_fixed ? file_of_ring(request, descriptor) :
					   file_of_descriptor(current_task(), descriptor));
	if (socket)
		argument_unsigned(s, BPF_CORE_READ(socket, type));
	else
		argument_nil(s);
	length = BPF_CORE_READ(connect, addr_len);
	address = BPF_CORE_READ(request, async_data);
	/* In 6.18 the copy is all that there is; where it lies before has not been looked at. */
	if (!address || LINUX_KERNEL_VERSION < KERNEL_VERSION(6, 18, 0)) {
		__u32 given = length < ADDRESS_SIZE ? length : ADDRESS_SIZE - 1;

		mark_user(s);
		forget(given);
		bpf_probe_read_user(s->path, given & (ADDRESS_SIZE - 1), BPF_CORE_READ(connect, addr));
		address = s->path;
	}
	put_sockaddr(s, address, length);
	s->argument++;
	event_send(slot);
	return 0;
}

SYSCALL_EXIT(exit_bind)
{
	struct record *record = take_record(regs->orig_ax);
	struct scratch *s;
	__u32 slot;

	if (!record)
		return 0;
	take_shown_address(record);
	slot = event_begin(EVENT_SECURITY_SOCKET_BIND, ARGUMENTS_SECURITY_SOCKET_BIND, record->syscall, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	argument_signed(s, (__s32)record->arguments[0]);
	argument_given_address(s, record);
	event_send(slot);
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
	struct record *record = take_record(regs->orig_ax);
	struct scratch *s;
	struct sock *sock;
	__u32 slot;

	if (!record)
		return 0;
	slot = event_begin(EVENT_SECURITY_SOCKET_LISTEN, ARGUMENTS_SECURITY_SOCKET_LISTEN, record->syscall, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	argument_signed(s, (__s32)record->arguments[0]);
	if (record->address_exact && ((struct address_head *)record->address)->port) {
		argument_given_address(s, record);
	} else { /* a socket that was not bound gets its port after that */
		mark_shared_descriptor(s, record);
		sock = sock_of_descriptor(record->arguments[0]);
		if (sock)
			argument_local_address(s, sock);
		else
			argument_nil(s);
	}
	argument_signed(s, (__s32)record->arguments[1]);
	event_send(slot);
	return 0;
}

SYSCALL_EXIT(exit_accept)
{
	struct record *record = take_record(regs->orig_ax);
	struct opened opened;
	struct socket *socket;
	struct scratch *s;
	struct sock *sock;
	__u32 slot;

	if (!record || result < 0)
		return 0;
	slot = event_begin(EVENT_SECURITY_SOCKET_ACCEPT, ARGUMENTS_SECURITY_SOCKET_ACCEPT, record->syscall, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	argument_signed(s, (__s32)record->arguments[0]);
	find_opened(&opened, record, result);
	socket = socket_of_file((void *)opened.file);
	sock = socket ? BPF_CORE_READ(socket, sk) : NULL;
	if (sock) {
		argument_local_address(s, sock);
		argument_remote_address(s, sock);
	} else {
		argument_nil(s);
		argument_nil(s);
	}
	if (!stayed_open(&opened))
		s->racy = 1 << SECURITY_SOCKET_ACCEPT_LOCAL_ADDR | 1 << SECURITY_SOCKET_ACCEPT_REMOTE_ADDR;
	event_send(slot);
	return 0;
}

/* dup, dup2, dup3: of sockets only. */
SYSCALL_EXIT(exit_dup)
{
	struct scratch *s;
	struct sock *sock;
	__u32 slot;

	if (result < 0)
		return 0;
	sock = sock_of_descriptor(result);
	if (!sock)
		return 0;
	slot = event_begin(EVENT_SOCKET_DUP, ARGUMENTS_SOCKET_DUP, regs->orig_ax, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	argument_signed(s, (__s32)regs->di);
	argument_signed(s, result);
	mark_racy(s);
	argument_remote_address(s, sock);
	event_send(slot);
	return 0;
}
