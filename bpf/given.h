/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_GIVEN_H
#define TRACEWIRE_GIVEN_H

#include "event.h"
#include "record.h"

/* The name at POSITION as the caller gave it, the kernel's own copy; null where none was seen. */
static __always_inline void argument_given_name(struct scratch *s, struct record *record, __u32 position)
{
	struct name *name = &record->name[position & (NAMES - 1)];

	if (position == NO_NAME)
		return argument_nil(s);
	if (name->cut)
		s->truncated |= 1 << (s->argument & 31);
	argument_kernel_string(s, name_text(name, position));
}

/* The next argument is found through a descriptor: which another thread could have swapped. */
static __always_inline void mark_shared_descriptor(struct scratch *s, const struct record *record)
{
	if (!record->owns_descriptors)
		mark_racy(s);
}

/* The next argument is one of the call itself: in a register, or not. */
static __always_inline void mark_from_memory(struct scratch *s, const struct record *record)
{
	if (record->from_memory && !record->request)
		mark_user(s);
}

#endif
