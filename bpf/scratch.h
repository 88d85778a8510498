/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_SCRATCH_H
#define TRACEWIRE_SCRATCH_H

#include "maps.h"

#define NO_SLOT 0xffffffff

static __always_inline struct scratch *scratch_at(__u32 slot)
{
	return bpf_map_lookup_elem(&scratches, &slot);
}

/* A slot that was free is taken. Compare-and-swap: where a program can be preempted by another
 * task's (7.x), those do not end in reverse order. Before 5.12 they do, and BPF has no atomic
 * operation with a result. */
static __always_inline bool claim(__u32 *claimed)
{
#ifndef BEFORE_5_12
	return __sync_val_compare_and_swap(claimed, 0, 1) == 0;
#else
	if (*(volatile __u32 *)claimed)
		return false;
	*(volatile __u32 *)claimed = 1;
	return true;
#endif
}

/* A slot of this CPU that nobody is writing in. */
static __always_inline __u32 scratch_claim(void)
{
	__u32 first = bpf_get_smp_processor_id() * SLOTS;

	for (int i = 0; i < SLOTS; i++) {
		struct scratch *s = scratch_at(first + i);

		if (s && claim(&s->claimed))
			return first + i;
	}
	return NO_SLOT;
}

static __always_inline void scratch_release(struct scratch *s)
{
	barrier();
	s->claimed = 0;
}

#endif
