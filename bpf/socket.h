/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_SOCKET_H
#define TRACEWIRE_SOCKET_H

#include "given.h"
#include "inode.h"
#include "keep.h"

#define UNIX_PATH_SIZE 108

/* struct sockaddr_un, sockaddr_in and sockaddr_in6 begin alike: family, and for the last two
 * the port. */
struct address_head {
	__u16 family;
	__be16 port;
};

static __always_inline struct socket *socket_of_file(struct file *file)
{
	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	return BPF_CORE_READ(file, private_data);
}

static __always_inline struct sock *sock_of_file(struct file *file)
{
	struct socket *socket = socket_of_file(file);

	return socket ? BPF_CORE_READ(socket, sk) : NULL;
}

static __always_inline struct sock *sock_of_descriptor(int descriptor)
{
	return sock_of_file(file_of_descriptor(current_task(), descriptor));
}

static __always_inline void put_inet_address(struct scratch *s, __u16 family, const void *bytes, __u16 port)
{
	put_array(s, 3);
	put_unsigned(s, family);
	put_short_bytes(s, bytes, family == AF_INET ? 4 : 16);
	put_unsigned(s, port);
}

static __always_inline void put_family(struct scratch *s, __u16 family)
{
	put_array(s, 3);
	put_unsigned(s, family);
	put_empty(s);
	put_unsigned(s, 0);
}

/* LENGTH bytes of a path or, with NUL in front, of an abstract name. */
static __always_inline void put_unix_address(struct scratch *s, const void *path, __u32 length)
{
	if (length > UNIX_PATH_SIZE)
		length = UNIX_PATH_SIZE;
	put_array(s, 3);
	put_unsigned(s, AF_UNIX);
	put_short_bytes(s, path, length);
	put_unsigned(s, 0);
}

/* A struct sockaddr of LENGTH bytes in kernel memory. */
static __always_inline void put_sockaddr(struct scratch *s, const void *address, __u32 length)
{
	struct address_head head = {};

	bpf_probe_read_kernel(&head, sizeof(head), address);
	if (head.family == AF_INET && length >= 8)
		put_inet_address(s, AF_INET, address + 4, bpf_ntohs(head.port));
	else if (head.family == AF_INET6 && length >= 24)
		put_inet_address(s, AF_INET6, address + 8, bpf_ntohs(head.port));
	else if (head.family == AF_UNIX && length >= 2)
		put_unix_address(s, address + 2, length - 2);
	else
		put_family(s, head.family);
}

static __always_inline void put_unix_sock(struct scratch *s, struct sock *sock)
{
	struct unix_address *address = BPF_CORE_READ((struct unix_sock *)sock, addr);
	__u32 length = address ? BPF_CORE_READ(address, len) : 2;

	/* `len` counts the family. */
	put_unix_address(s, (void *)address + bpf_core_field_offset(struct unix_address, name) + 2, length - 2);
}

/* The address that a socket is bound to. */
static __always_inline void put_local_address(struct scratch *s, struct sock *sock)
{
	__u16 family = BPF_CORE_READ(sock, __sk_common.skc_family);
	__u16 port = BPF_CORE_READ(sock, __sk_common.skc_num);

	if (family == AF_INET)
		put_inet_address(s, family, &sock->__sk_common.skc_rcv_saddr, port);
	else if (family == AF_INET6)
		put_inet_address(s, family, &sock->__sk_common.skc_v6_rcv_saddr, port);
	else if (family == AF_UNIX)
		put_unix_sock(s, sock);
	else
		put_family(s, family);
}

/* The address that a socket is connected to. */
static __always_inline void put_remote_address(struct scratch *s, struct sock *sock)
{
	__u16 family = BPF_CORE_READ(sock, __sk_common.skc_family);
	__u16 port = bpf_ntohs(BPF_CORE_READ(sock, __sk_common.skc_dport));

	if (family == AF_INET)
		put_inet_address(s, family, &sock->__sk_common.skc_daddr, port);
	else if (family == AF_INET6)
		put_inet_address(s, family, &sock->__sk_common.skc_v6_daddr, port);
	else if (family == AF_UNIX && BPF_CORE_READ((struct unix_sock *)sock, peer))
		put_unix_sock(s, BPF_CORE_READ((struct unix_sock *)sock, peer));
	else
		put_family(s, family);
}

static __always_inline void argument_local_address(struct scratch *s, struct sock *sock)
{
	put_local_address(s, sock);
	next_argument(s);
}

static __always_inline void argument_remote_address(struct scratch *s, struct sock *sock)
{
	put_remote_address(s, sock);
	next_argument(s);
}

/* The address that the caller gave, kept in the record: the kernel's copy where it was seen,
 * else what the caller's memory held at entry. */
static __always_inline void argument_given_address(struct scratch *s, struct record *record)
{
	struct address_head *head = (void *)record->address;

	if (!record->address_length) {
		argument_nil(s);
		return;
	}
	if (!record->address_exact && head->family == AF_UNIX && record->names) {
		/* The kernel's own copy of the path: a lookup of its own has no caller's pointer. */
		__u32 position = name_given_at(record, 0);

		if (position != NO_NAME) {
			struct name *name = &record->name[position & (NAMES - 1)];

			put_unix_address(s, name->text, name->length);
			next_argument(s);
			return;
		}
	}
	if (!record->address_exact)
		mark_user(s);
	put_sockaddr(s, record->address, record->address_length);
	next_argument(s);
}

#endif
