/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_MSGPACK_H
#define TRACEWIRE_MSGPACK_H

#include "maps.h"

/* Text is written as `bin`: its bytes are whatever a process chose, and need not be UTF-8. */

#define AT(scratch, offset) ((scratch)->data[(offset) & (EVENT_SIZE - 1)])

/* Space that is kept for what follows an argument: short arguments and the end of the event. */
#define RESERVE 1024
/* And for the rest of the event, which is written after the arguments. */
#define HEAD_RESERVE (6 * 1024)

static __always_inline bool has_room(const struct scratch *s, __u32 length)
{
	return s->offset + length < s->limit;
}

/* The next argument begins here. */
static __always_inline void next_argument(struct scratch *s)
{
	s->argument++;
	s->at[s->argument & (ARGUMENTS - 1)] = s->offset;
}

static __always_inline void put_byte(struct scratch *s, __u8 byte)
{
	AT(s, s->offset) = byte;
	s->offset++;
}

static __always_inline void put_16(struct scratch *s, __u8 type, __u16 value)
{
	__u32 offset = s->offset & (EVENT_SIZE - 1);

	s->data[offset] = type;
	*(__u16 *)&s->data[offset + 1] = bpf_htons(value);
	s->offset = offset + 3;
}

static __always_inline void put_32(struct scratch *s, __u8 type, __u32 value)
{
	__u32 offset = s->offset & (EVENT_SIZE - 1);

	s->data[offset] = type;
	*(__u32 *)&s->data[offset + 1] = bpf_htonl(value);
	s->offset = offset + 5;
}

static __always_inline void put_64(struct scratch *s, __u8 type, __u64 value)
{
	__u32 offset = s->offset & (EVENT_SIZE - 1);

	s->data[offset] = type;
	*(__u64 *)&s->data[offset + 1] = bpf_cpu_to_be64(value);
	s->offset = offset + 9;
}

static __always_inline void put_unsigned(struct scratch *s, __u64 value)
{
	if (value < 0x80)
		put_byte(s, value);
	else if (value <= 0xffff)
		put_16(s, 0xcd, value);
	else if (value <= 0xffffffff)
		put_32(s, 0xce, value);
	else
		put_64(s, 0xcf, value);
}

static __always_inline void put_signed(struct scratch *s, __s64 value)
{
	if (value >= 0)
		put_unsigned(s, value);
	else
		put_64(s, 0xd3, value);
}

static __always_inline void put_nil(struct scratch *s)
{
	put_byte(s, 0xc0);
}

static __always_inline void put_boolean(struct scratch *s, bool value)
{
	put_byte(s, value ? 0xc3 : 0xc2);
}

/* An array of fewer than 16 elements follows. */
static __always_inline void put_array(struct scratch *s, __u32 elements)
{
	put_byte(s, 0x90 | (elements & 15));
}

/* An array of fewer than 65,536 elements follows. */
static __always_inline void put_long_array(struct scratch *s, __u32 elements)
{
	put_16(s, 0xdc, elements);
}

static __always_inline void put_empty(struct scratch *s)
{
	put_16(s, 0xc4, 0); /* bin8 of length 0, and one byte too many */
	s->offset--;
}

/* At most 255 bytes of kernel memory. */
static __always_inline void put_short_bytes(struct scratch *s, const void *from, __u32 length)
{
	__u32 offset = s->offset & (EVENT_SIZE - 1);

	forget(length);
	length &= 255;
	s->data[offset] = 0xc4;
	s->data[offset + 1] = length;
	if (bpf_probe_read_kernel(&s->data[offset + 2], length, from)) {
		s->data[offset + 1] = 0;
		length = 0;
	}
	s->offset = offset + 2 + length;
}

/* A string in kernel memory, at most SIZE - 1 bytes of it. */
#define put_kernel_string(s, from, size)                                                     \
	({                                                                                   \
		__u32 offset_ = (s)->offset & (EVENT_SIZE - 1);                              \
		long length_ = bpf_probe_read_kernel_str(&(s)->data[offset_ + 3], size, from); \
		if (length_ < 1 || length_ > (size))                                         \
			length_ = 1;                                                         \
		length_--;                                                                   \
		(s)->data[offset_] = 0xc5;                                                   \
		*(__u16 *)&(s)->data[offset_ + 1] = bpf_htons(length_);                      \
		(s)->offset = offset_ + 3 + length_;                                         \
		length_;                                                                     \
	})

/* The same from the memory of the current process. */
#define put_user_string(s, from, size)                                                       \
	({                                                                                   \
		__u32 offset_ = (s)->offset & (EVENT_SIZE - 1);                              \
		long length_ = bpf_probe_read_user_str(&(s)->data[offset_ + 3], size, (void *)(from)); \
		if (length_ < 1 || length_ > (size))                                         \
			length_ = 1;                                                         \
		length_--;                                                                   \
		(s)->data[offset_] = 0xc5;                                                   \
		*(__u16 *)&(s)->data[offset_ + 1] = bpf_htons(length_);                      \
		(s)->offset = offset_ + 3 + length_;                                         \
		length_;                                                                     \
	})

#endif
