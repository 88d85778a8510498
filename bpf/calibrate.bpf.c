// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Finds the slab caches that the inner tracepoints recognise objects by. Their addresses are
 * not in kallsyms where KALLSYMS_ALL is off; but all caches are on one list, and one of them
 * is seen when the collector itself frees something. */
#include "kernel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define CACHES 1024
#define NAME_SIZE 16

__u64 names_cache, filp_cache, mnt_cache;
__u32 seen;

static __u64 current_cache;

__noinline int look_at_cache(__u32 index)
{
	struct kmem_cache *cache = (void *)current_cache;
	char name[NAME_SIZE] = {};

	keep_argument(index);
	bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(cache, name));
	/* Since 7.0 paths are kept in another form, which does not tell whose they are. */
	if (bpf_core_field_exists(((struct filename *)0)->uptr) && begins_with(name, "names_cache\0"))
		names_cache = current_cache;
	else if (begins_with(name, "filp\0"))
		filp_cache = current_cache;
	else if (begins_with(name, "mnt_cache\0"))
		mnt_cache = current_cache;
	current_cache = (__u64)BPF_CORE_READ(cache, list.next) - bpf_core_field_offset(struct kmem_cache, list);
	return 0;
}

SEC("raw_tp/kmem_cache_free")
int BPF_PROG(find_caches, unsigned long call_site, const void *object, const struct kmem_cache *cache)
{
	__u64 first = (__u64)cache;

	if (seen || bpf_get_current_pid_tgid() >> 32 != own_tgid)
		return 0;
	seen = 1;
	current_cache = first;
	for (int i = 0; i < CACHES; i++) {
		look_at_cache(i);
		if (current_cache == first)
			break;
	}
	return 0;
}
