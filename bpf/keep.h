/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_KEEP_H
#define TRACEWIRE_KEEP_H

#include "record.h"

/* Strings of the kernel's that are gone when the system call returns. */

static const struct long_name no_text;

static __always_inline void keep_text(struct name *name, __u32 position, const char *text)
{
	long size = bpf_probe_read_kernel_str(name->text, NAME_TEXT, text);
	struct long_name_key key = {};
	struct long_name *whole;

	name->is_long = 0;
	name->length = size > 0 ? size - 1 : 0;
	if (size < NAME_TEXT)
		return;
	key.tid = bpf_get_current_pid_tgid();
	key.position = position;
	bpf_map_update_elem(&long_names, &key, &no_text, BPF_ANY);
	whole = bpf_map_lookup_elem(&long_names, &key);
	if (!whole)
		return;
	size = bpf_probe_read_kernel_str(whole->text, PATH_MAX, text);
	name->is_long = 1;
	name->length = size > 0 ? size - 1 : 0;
}

/* What a socket of Unix is called: nothing where it was not bound. */
static __always_inline void keep_unix_address(struct record *record, const struct sock *sock)
{
	const struct unix_sock *named = (const void *)sock;
	struct unix_address *address = sock ? BPF_CORE_READ(named, addr) : NULL;
	__u32 length = address ? BPF_CORE_READ(address, len) : 0;

	if (length > ADDRESS_SIZE - 1)
		length = ADDRESS_SIZE - 1;
	forget(length);
	*(__u16 *)record->address = AF_UNIX;
	bpf_probe_read_kernel(record->address, length & (ADDRESS_SIZE - 1),
			      (void *)address + bpf_core_field_offset(struct unix_address, name));
	record->address_length = length ? length : sizeof(sa_family_t);
}

/* The address at one end of a socket, while nobody can have closed it. */
static __always_inline void keep_end(struct record *record, const struct sock *sock, bool is_remote)
{
	__u16 family = BPF_CORE_READ(sock, __sk_common.skc_family);
	__be16 port = is_remote ? BPF_CORE_READ(sock, __sk_common.skc_dport) :
				  bpf_htons(BPF_CORE_READ(sock, __sk_common.skc_num));
	struct sockaddr_in6 *six = (void *)record->address;
	struct sockaddr_in *four = (void *)record->address;

	record->address_length = sizeof(*six);
	if (family == AF_INET) {
		four->sin_family = family;
		four->sin_port = port;
		four->sin_addr.s_addr = is_remote ? BPF_CORE_READ(sock, __sk_common.skc_daddr) :
						    BPF_CORE_READ(sock, __sk_common.skc_rcv_saddr);
	} else if (family == AF_INET6) {
		six->sin6_family = family;
		six->sin6_port = port;
		if (is_remote)
			BPF_CORE_READ_INTO(&six->sin6_addr, sock, __sk_common.skc_v6_daddr);
		else
			BPF_CORE_READ_INTO(&six->sin6_addr, sock, __sk_common.skc_v6_rcv_saddr);
	} else if (family == AF_UNIX) {
		const struct unix_sock *end = (const void *)sock;

		keep_unix_address(record, is_remote ? BPF_CORE_READ(end, peer) : sock);
	} else {
		*(__u16 *)record->address = family;
		record->address_length = sizeof(family);
	}
	record->address_exact = 1;
}

static __always_inline void keep_local_address(struct record *record, const struct sock *sock)
{
	keep_end(record, sock, false);
}

static __always_inline void keep_remote_address(struct record *record, const struct sock *sock)
{
	keep_end(record, sock, true);
}

#endif
