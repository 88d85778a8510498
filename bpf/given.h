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

#endif
