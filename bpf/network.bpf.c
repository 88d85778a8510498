// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Events of sockets. */
#include "open.h"
#include "socket.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define SOCK_TYPE_MASK 0xf /* include/linux/net.h: the rest are flags */
#define TCP_LISTEN_STATE 10
#define ALLOW 1

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_socket, struct pt_regs *regs, long result)
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

/* connect, bind: keep what the caller's memory says, in case no hook sees the kernel's copy. */
SEC("tp_btf/sys_enter")
int BPF_PROG(enter_address, struct pt_regs *regs, long number)
{
	struct record *record = current_record();
	__u32 length = regs->dx;

	if (!record || length < sizeof(sa_family_t))
		return 0;
	if (length > ADDRESS_SIZE - 1)
		length = ADDRESS_SIZE - 1;
	if (!bpf_probe_read_user(record->address, length & (ADDRESS_SIZE - 1), (void *)regs->si))
		record->address_length = length;
	return 0;
}

/* Called before the kernel looks whether the address is of the socket's FAMILY at all. */
static __always_inline struct record *record_for_address(struct bpf_sock_addr *context, __u32 family)
{
	struct record *record = current_record();

	if (!record)
		return NULL;
	record->socket_type = context->type;
	if (context->user_family != family)
		return NULL;
	record->address_exact = 1;
	record->address_length = sizeof(struct sockaddr_in6);
	return record;
}

static __always_inline void keep_inet(struct bpf_sock_addr *context)
{
	struct record *record = record_for_address(context, AF_INET);
	struct sockaddr_in *address = record ? (void *)record->address : NULL;

	if (!address)
		return;
	address->sin_family = AF_INET;
	address->sin_port = context->user_port;
	address->sin_addr.s_addr = context->user_ip4;
}

static __always_inline void keep_inet6(struct bpf_sock_addr *context)
{
	struct record *record = record_for_address(context, AF_INET6);
	struct sockaddr_in6 *address = record ? (void *)record->address : NULL;

	if (!address)
		return;
	address->sin6_family = AF_INET6;
	address->sin6_port = context->user_port;
	address->sin6_addr.in6_u.u6_addr32[0] = context->user_ip6[0];
	address->sin6_addr.in6_u.u6_addr32[1] = context->user_ip6[1];
	address->sin6_addr.in6_u.u6_addr32[2] = context->user_ip6[2];
	address->sin6_addr.in6_u.u6_addr32[3] = context->user_ip6[3];
}

SEC("cgroup/connect4")
int cgroup_connect4(struct bpf_sock_addr *context)
{
	keep_inet(context);
	return ALLOW;
}

SEC("cgroup/connect6")
int cgroup_connect6(struct bpf_sock_addr *context)
{
	keep_inet6(context);
	return ALLOW;
}

SEC("cgroup/bind4")
int cgroup_bind4(struct bpf_sock_addr *context)
{
	keep_inet(context);
	return ALLOW;
}

SEC("cgroup/bind6")
int cgroup_bind6(struct bpf_sock_addr *context)
{
	keep_inet6(context);
	return ALLOW;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_connect, struct pt_regs *regs, long result)
{
	struct record *record = take_record(regs->orig_ax);
	struct socket *socket;
	struct scratch *s;
	__u32 slot;

	if (!record)
		return 0;
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

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_bind, struct pt_regs *regs, long result)
{
	struct record *record = take_record(regs->orig_ax);
	struct scratch *s;
	__u32 slot;

	if (!record)
		return 0;
	slot = event_begin(EVENT_SECURITY_SOCKET_BIND, ARGUMENTS_SECURITY_SOCKET_BIND, record->syscall, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	argument_signed(s, (__s32)record->arguments[0]);
	argument_given_address(s, record);
	event_send(slot);
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(inet_sock_set_state, const struct sock *sock, int old_state, int new_state)
{
	struct record *record;

	if (new_state != TCP_LISTEN_STATE)
		return 0;
	record = current_record();
	if (record)
		keep_local_address(record, sock);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_listen, struct pt_regs *regs, long result)
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

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_accept, struct pt_regs *regs, long result)
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
SEC("tp_btf/sys_exit")
int BPF_PROG(exit_dup, struct pt_regs *regs, long result)
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
