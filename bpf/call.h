/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_CALL_H
#define TRACEWIRE_CALL_H

#include "registers.h"
#include "socket.h"

/* System calls as events: all of them by one program, which a table tells what the registers of
 * each mean. The loader writes it from tracewire/catalogue/calls, for those that are wanted. */

#define CALLS 1024

/* How an argument is read. The same numbers in collector/calls.py. */
enum argument_kind {
	AS_SIGNED_32 = 1,
	AS_UNSIGNED_32,
	AS_SIGNED,
	AS_UNSIGNED,
	AS_SIGNED_PAIR, /* of registers, the low half first */
	AS_UNSIGNED_PAIR,
	AS_UNSIGNED_16,
	AS_ID, /* -1: unchanged */
	AS_ID_16,
	AS_STRING,
	AS_STRINGS,
	AS_STRINGS_32, /* by pointers of 32 bits */
	AS_TEXT, /* as long as the next register says */
	AS_ADDRESS, /* as long as the next register says */
	AS_ADDRESS_OUT, /* as long as what the next register points to */
	AS_SIGNALS,
	AS_TIME, /* two words */
	AS_TIMES, /* four words */
	AS_TIME_32, /* of 32 bits each */
	AS_TIMES_32,
	AS_VECTORS, /* as many as the next register says */
	AS_VECTORS_32,
	AS_DESCRIPTORS, /* two, written by the call */
	AS_IDS, /* as many as the register before says */
	AS_IDS_16,
};

#define CALL_WANTED 1
#define CALL_AT_ENTRY 2 /* it does not return to where it was called */
#define CALL_KEPT 4 /* the kernel writes over what it was given */
#define CALL_EXECUTES 8 /* the memory of the caller is gone when it returns */
#define CALL_FORKS 16 /* the new task returns from it too, with 0 */

struct call {
	__u16 event;
	__u8 arguments;
	__u8 flags;
	struct {
		__u8 kind;
		__u8 at; /* which register */
	} argument[REGISTERS + 2];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CALLS);
	__type(key, __u32);
	__type(value, struct call);
} calls SEC(".maps");

#define LIST_SIZE 4096
#define LIST_STRINGS 128
#define VECTORS 16
#define IDS 32
#define TEXT_SIZE 64

/* Its length with the NUL. Until 6.13 the kernel says 0 of an empty string
 * (strncpy_from_user_nofault(), mm/maccess.c). */
#define read_user_string(to, size, from)                                            \
	({                                                                          \
		long read_ = bpf_probe_read_user_str(to, size, (void *)(from));     \
		if (!read_) {                                                       \
			*(to) = 0;                                                  \
			read_ = 1;                                                  \
		}                                                                   \
		read_;                                                              \
	})

static __always_inline void put_user_text(struct scratch *s, __u64 from)
{
	__u32 offset = s->offset & (EVENT_SIZE - 1);
	long length;

	if (!from || !has_room(s, PATH_MAX)) {
		put_nil(s);
		return argument_end(s, from != 0);
	}
	/* One byte more than a path has, so that the longest one does not look cut. */
	length = read_user_string(&s->data[offset + 3], PATH_MAX + 1, from);
	if (length < 1 || length > PATH_MAX + 1) {
		put_nil(s);
		return argument_end(s, false);
	}
	length--;
	s->data[offset] = 0xc5;
	*(__u16 *)&s->data[offset + 1] = bpf_htons(length);
	s->offset = offset + 3 + length;
	argument_end(s, length == PATH_MAX);
}

enum { LIST_GOES_ON, LIST_ENDS, LIST_CUT };

/* The string whose address is at position I of the list at FROM, behind those that are written.
 * Global: verified once. */
__noinline int put_string_of_list(__u32 slot, __u64 from, __u32 i, __u32 narrow)
{
	struct scratch *s = scratch_at(slot);
	__u32 used, left;
	__u64 string = 0;
	long length;

	if (!s)
		return LIST_CUT;
	if (bpf_probe_read_user(&string, narrow ? 4 : 8, (void *)(from + (__u64)i * (narrow ? 4 : 8))))
		return LIST_CUT;
	if (!string)
		return LIST_ENDS;
	used = s->offset - s->given.block;
	if (used >= LIST_SIZE - 1)
		return LIST_CUT;
	left = LIST_SIZE - used;
	forget(left);
	left &= 2 * LIST_SIZE - 1;
	length = read_user_string(&AT(s, s->offset), left, string);
	if (length < 1 || length > LIST_SIZE)
		return LIST_CUT;
	s->offset += length;
	return length == left ? LIST_CUT : LIST_GOES_ON;
}

static __always_inline void put_strings(struct scratch *s, __u32 slot, __u64 from, __u32 narrow)
{
	__u32 head = s->offset & (EVENT_SIZE - 1), length;
	__u64 first = 0;
	int state = LIST_CUT;

	if (!from || bpf_probe_read_user(&first, narrow ? 4 : 8, (void *)from) || !has_room(s, LIST_SIZE + 3)) {
		put_nil(s);
		return argument_end(s, false);
	}
	s->offset = head + 3;
	s->given.block = head + 3;
	for (__u32 i = 0; i < LIST_STRINGS; i++) {
		state = put_string_of_list(slot, from, i, narrow);
		if (state != LIST_GOES_ON)
			break;
	}
	length = s->offset - s->given.block;
	s->data[head] = 0xc5;
	*(__u16 *)&s->data[head + 1] = bpf_htons(length);
	argument_end(s, state != LIST_ENDS);
}

static __always_inline void put_user_address(struct scratch *s, __u64 from, __u32 length)
{
	if (length > ADDRESS_SIZE - 1)
		length = ADDRESS_SIZE - 1;
	forget(length);
	length &= ADDRESS_SIZE - 1;
	if (!from || length < sizeof(__u16) || bpf_probe_read_user(s->path, length, (void *)from)) {
		put_nil(s);
		return argument_end(s, false);
	}
	/* What is not given must not be what an earlier event left there. */
	s->path[length] = 0;
	put_sockaddr(s, s->path, length);
	argument_end(s, false);
}

/* COUNT numbers, each as it lies in memory. */
static __always_inline void put_words(struct scratch *s, __u64 from, __u32 count, __u32 narrow)
{
	__s64 words[4] = {};
	__s32 halves[4] = {};

	if (!from || bpf_probe_read_user(narrow ? (void *)halves : (void *)words, narrow ? count * 4 : count * 8,
					 (void *)from)) {
		put_nil(s);
		return argument_end(s, false);
	}
	put_array(s, count);
	for (int i = 0; i < 4; i++)
		if (i < count)
			put_64(s, 0xd3, narrow ? halves[i] : words[i]);
	argument_end(s, false);
}

static __always_inline void put_vectors(struct scratch *s, __u64 from, __u64 count, __u32 narrow)
{
	__u32 head = s->offset & (EVENT_SIZE - 1), written = 0;

	s->offset = head + 3;
	for (__u32 i = 0; i < VECTORS; i++) {
		__u64 pair[2] = {};

		if (i >= count)
			break;
		if (bpf_probe_read_user(pair, narrow ? 8 : 16, (void *)(from + i * (narrow ? 8 : 16))))
			break;
		if (narrow) {
			pair[1] = pair[0] >> 32;
			pair[0] = (__u32)pair[0];
		}
		put_64(s, 0xcf, pair[0]);
		put_64(s, 0xcf, pair[1]);
		written += 2;
	}
	if (!written && count) {
		s->offset = head;
		put_nil(s);
		return argument_end(s, false);
	}
	s->data[head] = 0xdc;
	*(__u16 *)&s->data[head + 1] = bpf_htons(written);
	argument_end(s, written < 2 * count);
}

static __always_inline void put_ids(struct scratch *s, __u64 from, __s32 count, __u32 narrow)
{
	__u32 head = s->offset & (EVENT_SIZE - 1), written = 0;

	s->offset = head + 3;
	for (int i = 0; i < IDS; i++) {
		__u32 id = 0;

		if (i >= count)
			break;
		if (bpf_probe_read_user(&id, narrow ? 2 : 4, (void *)(from + i * (narrow ? 2 : 4))))
			break;
		put_32(s, 0xce, id);
		written++;
	}
	if (!written && count) {
		s->offset = head;
		put_nil(s);
		return argument_end(s, false);
	}
	s->data[head] = 0xdc;
	*(__u16 *)&s->data[head + 1] = bpf_htons(written);
	argument_end(s, (__s32)written < count);
}

static __always_inline void put_descriptors(struct scratch *s, __u64 from)
{
	__s32 pair[2] = {};

	if (s->given.result < 0 || !from || bpf_probe_read_user(pair, sizeof(pair), (void *)from)) {
		put_nil(s);
		return argument_end(s, false);
	}
	put_array(s, 2);
	put_signed(s, pair[0]);
	put_signed(s, pair[1]);
	argument_end(s, false);
}

/* What is read from the memory of the caller, where another thread may change it. Of a place that
 * cannot be read, null. Global: verified once. */
__noinline int put_from_memory(__u32 slot, __u32 kind, __u32 at)
{
	struct scratch *s = scratch_at(slot);
	__u64 value, next;
	__u32 length = 0;

	if (!s)
		return 0;
	value = s->given.value[at & 7];
	next = s->given.value[(at + 1) & 7];
	mark_user(s);
	switch (kind) {
	case AS_STRING:
		put_user_text(s, value);
		break;
	case AS_STRINGS:
	case AS_STRINGS_32:
		put_strings(s, slot, value, kind == AS_STRINGS_32);
		break;
	case AS_TEXT:
		length = next;
		if (length > TEXT_SIZE)
			length = TEXT_SIZE;
		forget(length);
		length &= 2 * TEXT_SIZE - 1;
		if (bpf_probe_read_user(s->path, length, (void *)value)) {
			put_nil(s);
		} else {
			put_short_bytes(s, s->path, length);
		}
		argument_end(s, next > TEXT_SIZE);
		break;
	case AS_ADDRESS:
		put_user_address(s, value, next > ADDRESS_SIZE ? ADDRESS_SIZE : next);
		break;
	case AS_ADDRESS_OUT:
		if (s->given.result >= 0)
			bpf_probe_read_user(&length, sizeof(length), (void *)next);
		put_user_address(s, value, length);
		break;
	case AS_SIGNALS:
		if (!value || bpf_probe_read_user(&next, sizeof(next), (void *)value))
			put_nil(s);
		else
			put_unsigned(s, next);
		argument_end(s, false);
		break;
	case AS_VECTORS:
	case AS_VECTORS_32:
		put_vectors(s, value, next, kind == AS_VECTORS_32);
		break;
	case AS_DESCRIPTORS:
		put_descriptors(s, value);
		break;
	case AS_IDS:
	case AS_IDS_16:
		put_ids(s, value, s->given.value[(at - 1) & 7], kind == AS_IDS_16);
		break;
	default:
		put_nil(s);
		argument_end(s, false);
	}
	return 0;
}

/* The same for times. */
__noinline int put_times(__u32 slot, __u32 kind, __u32 at)
{
	struct scratch *s = scratch_at(slot);
	__u64 value;

	if (!s)
		return 0;
	value = s->given.value[at & 7];
	mark_user(s);
	if (kind == AS_TIME)
		put_words(s, value, 2, 0);
	else if (kind == AS_TIMES)
		put_words(s, value, 4, 0);
	else if (kind == AS_TIME_32)
		put_words(s, value, 2, 1);
	else
		put_words(s, value, 4, 1);
	return 0;
}

static __always_inline __u64 register_pair(const struct scratch *s, __u32 at)
{
	__u64 value = s->given.value[at & 7];

	return s->given.is_32_bit ? value | s->given.value[(at + 1) & 7] << 32 : value;
}

/* One argument. Global: verified once. */
__noinline int put_given(__u32 slot, __u32 kind, __u32 at)
{
	struct scratch *s = scratch_at(slot);
	__u64 value;

	if (!s)
		return 0;
	value = s->given.value[at & 7];
	switch (kind) {
	case AS_SIGNED_32:
		argument_signed(s, (__s32)value);
		break;
	case AS_UNSIGNED_32:
		argument_unsigned(s, (__u32)value);
		break;
	case AS_SIGNED:
		argument_signed(s, s->given.is_32_bit ? (__s64)(__s32)value : (__s64)value);
		break;
	case AS_UNSIGNED:
		argument_unsigned(s, value);
		break;
	case AS_SIGNED_PAIR:
		argument_signed(s, register_pair(s, at));
		break;
	case AS_UNSIGNED_PAIR:
		argument_unsigned(s, register_pair(s, at));
		break;
	case AS_UNSIGNED_16:
		argument_unsigned(s, (__u16)value);
		break;
	case AS_ID:
		argument_signed(s, (__u32)value == (__u32)-1 ? -1 : (__s64)(__u32)value);
		break;
	case AS_ID_16:
		argument_signed(s, (__u16)value == (__u16)-1 ? -1 : (__s64)(__u16)value);
		break;
	case AS_TIME:
	case AS_TIMES:
	case AS_TIME_32:
	case AS_TIMES_32:
		put_times(slot, kind, at);
		break;
	default:
		put_from_memory(slot, kind, at);
	}
	return 0;
}

/* All arguments of the call at INDEX. */
__noinline int put_call(__u32 slot, __u32 index)
{
	struct call *call = bpf_map_lookup_elem(&calls, &index);

	if (!call)
		return 0;
	for (__u32 i = 0; i < REGISTERS; i++) {
		if (i >= call->arguments)
			break;
		put_given(slot, call->argument[i].kind, call->argument[i].at);
	}
	return 0;
}

static __always_inline void take_registers(struct scratch *s, const struct pt_regs *regs, bool is_32_bit, long result)
{
	s->given.result = result;
	s->given.is_32_bit = is_32_bit;
	s->given.value[6] = s->given.value[7] = 0;
	read_registers(s->given.value, regs, is_32_bit);
}

#endif
