/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_OWNER_H
#define TRACEWIRE_OWNER_H

#include "kernel.h"

/* Which thread allocated a struct file last. A system call that has made a file looks at it
 * when the call returns; until then another thread may close it and open another file, which
 * gets the same memory and the same number. Then the owner has changed. Two files may share a
 * place here, which makes an argument look racy that is not: never the other way round. */

#define FILE_OWNERS 65536

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FILE_OWNERS);
	__type(key, __u32);
	__type(value, __u32);
} file_owners SEC(".maps");

/* Golden ratio: the low bits of slab addresses are all alike. */
static __always_inline __u32 *file_owner(const void *file)
{
	__u32 place = ((__u64)file * 0x9e3779b97f4a7c15ULL) >> 48;

	return bpf_map_lookup_elem(&file_owners, &place);
}

static __always_inline void own_file(const void *file)
{
	__u32 *owner = file_owner(file);

	if (owner)
		*owner = bpf_get_current_pid_tgid();
}

static __always_inline bool still_owns_file(const void *file)
{
	__u32 *owner = file_owner(file);

	return owner && *owner == (__u32)bpf_get_current_pid_tgid();
}

#endif
