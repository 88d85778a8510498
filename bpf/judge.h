/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_JUDGE_H
#define TRACEWIRE_JUDGE_H

#include "image.h"
#include "pattern.h"
#include "wanted.h"

/* What has been written of an event decides whether it is sent: clauses over any argument, the
 * return value and the process are compared with the very bytes that the engine would read. So
 * nothing that another thread changes can make the kernel see another event than the engine, and
 * whoever writes an event need not know by what it is decided.
 *
 * The loader orders the fields, cheap ones first, and each field's tests stand together. What
 * cannot be compared (missing, cut, too long) satisfies every clause. */

#define STEPS 4096 /* of all events, in both banks */
#define MOST_STEPS 32 /* of one event */

enum step_kind {
	STEP_EQUAL, /* one of the numbers in `number_clauses` */
	STEP_RANGE, /* low to high, signed, both included */
	STEP_MASK, /* (value & low) == high */
	STEP_TEXT, /* the patterns whose hashes begin with `low`; `high`: clauses with any from the root */
	STEP_PRESENT, /* there is such a thing; `high`: there is none */
	STEP_LINEAGE, /* the pid of the process or of an ancestor is in `number_clauses` */
	STEP_WITHIN, /* `low`, of `width` bytes, is somewhere in the text */
	STEP_SAME, /* the text is one of those that the bits of `low` name */
};

#define STEP_FIRST 1 /* of its field */
#define STEP_LAST 2

/* Fields that are no argument: numbers in collector/steps.py. */
enum step_field {
	FIELD_RETURN_VALUE = ARGUMENTS,
	FIELD_SYSCALL,
	FIELD_PID,
	FIELD_TID,
	FIELD_NS_PID,
	FIELD_NS_TID,
	FIELD_UID,
	FIELD_GID,
	FIELD_MOUNT_NAMESPACE,
	FIELD_PID_NAMESPACE,
	FIELD_CGROUP_ID,
	FIELD_IMAGE, /* from here on in the image, by its parts */
};

#define SAME_AS_EXE 1
#define SAME_AS_ANCESTOR 2

#define IMAGE_EXE 0
#define IMAGE_CGROUP 1
#define IMAGE_ANCESTORS 3

struct step {
	__u16 field;
	__u8 part; /* position in an argument that is a list */
	__u8 kind;
	__u8 place;
	__u8 width; /* not 0: of bytes that are this many, as a number; of sixteen the first eight. Of a
		     * text: the NUL bytes at its end are none of it */
	__u16 ends; /* of STEP_TEXT: lengths of ends, as pattern_match_end has them */
	__u64 low, high;
	__u64 clauses; /* that a value satisfies which passes */
	__u64 any; /* that every value of the field satisfies */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, STEPS);
	__type(key, __u32);
	__type(value, struct step);
} steps SEC(".maps");

struct number_key {
	__u32 step;
	__u32 pad;
	__u64 value;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 16384);
	__type(key, struct number_key);
	__type(value, __u64);
} number_clauses SEC(".maps");

enum judged_state {
	JUDGED_UNKNOWN, /* satisfies everything */
	JUDGED_ABSENT, /* null: satisfies what null does */
	JUDGED_NUMBER,
	JUDGED_TEXT, /* from `at` to `end` in the event */
};

static __always_inline __u64 data_64(const struct scratch *s, __u32 at)
{
	return *(__u64 *)&AT(s, at);
}

/* Read the value at judged.at, and leave judged.at behind it: numbers, text and what msgpack.h
 * writes besides. Global: verified once. Returns 0 if it is something else. */
__noinline int judge_read(__u32 slot)
{
	struct scratch *s = scratch_at(slot);
	__u32 at, length = 0;
	__u64 word;
	__u8 type;

	if (!s)
		return 0;
	at = s->judged.at;
	type = AT(s, at);
	at++;
	word = data_64(s, at);
	s->judged.state = JUDGED_NUMBER;
	switch (type) {
	case 0xc0:
		s->judged.state = JUDGED_ABSENT;
		break;
	case 0xc2:
	case 0xc3:
		s->judged.value = type & 1;
		break;
	case 0xc4:
		length = word & 0xff;
		at++;
		s->judged.state = JUDGED_TEXT;
		break;
	case 0xc5:
		length = bpf_ntohs((__u16)word);
		at += 2;
		s->judged.state = JUDGED_TEXT;
		break;
	case 0xcd:
		s->judged.value = bpf_ntohs((__u16)word);
		at += 2;
		break;
	case 0xce:
		s->judged.value = bpf_ntohl((__u32)word);
		at += 4;
		break;
	case 0xcf:
	case 0xd3:
		s->judged.value = bpf_be64_to_cpu(word);
		/* Signed numbers are compared: one beyond them is none. */
		if (type == 0xcf && s->judged.value >> 63)
			s->judged.state = JUDGED_UNKNOWN;
		at += 8;
		break;
	default:
		if (type < 0x80) {
			s->judged.value = type;
			break;
		}
		s->judged.state = JUDGED_UNKNOWN;
		return 0;
	}
	s->judged.end = at + length;
	/* Of a text the beginning, of anything else what follows. */
	s->judged.at = at;
	return 1;
}

/* Find what stands at PART of the list at judged.at; the value itself where it is no list. */
static __always_inline void judge_part(struct scratch *s, __u32 slot, __u32 part)
{
	if ((AT(s, s->judged.at) & 0xf0) != 0x90) {
		judge_read(slot);
		/* Of null every part is null. */
		if (part && s->judged.state != JUDGED_ABSENT)
			s->judged.state = JUDGED_UNKNOWN;
		return;
	}
	s->judged.at++;
	for (__u32 i = 0; i < 16; i++) {
		if (!judge_read(slot) || i >= part)
			return;
		s->judged.at = s->judged.end;
	}
}

static __always_inline __u64 context_value(struct scratch *s, __u32 field)
{
	struct task_struct *task = current_task();
	struct nsproxy *namespaces;
	struct upid number;

	switch (field) {
	case FIELD_RETURN_VALUE:
		return s->return_value;
	case FIELD_SYSCALL:
		return (__s64)(__s32)s->syscall;
	case FIELD_PID:
		return bpf_get_current_pid_tgid() >> 32;
	case FIELD_TID:
		return (__u32)bpf_get_current_pid_tgid();
	case FIELD_NS_PID:
		number = innermost_pid(untyped(s, task_read(task, signal, pids[PIDTYPE_TGID])));
		return number.nr;
	case FIELD_NS_TID:
		number = innermost_pid(untyped(s, task_read(task, thread_pid)));
		return number.nr;
	case FIELD_UID:
		return (__u32)bpf_get_current_uid_gid();
	case FIELD_GID:
		return bpf_get_current_uid_gid() >> 32;
	case FIELD_MOUNT_NAMESPACE:
		namespaces = task_read(task, nsproxy);
		return namespaces ? BPF_CORE_READ(namespaces, mnt_ns, ns.inum) : 0;
	case FIELD_PID_NAMESPACE:
		number = innermost_pid(untyped(s, task_read(task, thread_pid)));
		return BPF_CORE_READ(number.ns, ns.inum);
	case FIELD_CGROUP_ID:
		return bpf_get_current_cgroup_id();
	}
	return 0;
}

/* Global: verified once. */
__noinline int judge_find(__u32 slot, __u32 field, __u32 part)
{
	struct scratch *s = scratch_at(slot);

	if (!s)
		return 0;
	s->judged.state = JUDGED_UNKNOWN;
	if (field >= FIELD_IMAGE) {
		s->judged.at = s->image;
		judge_part(s, slot, part); /* the cgroup is null on the host */
	} else if (field >= ARGUMENTS) {
		s->judged.value = context_value(s, field);
		s->judged.state = JUDGED_NUMBER;
	} else if (field < s->argument && !(s->truncated >> field & 1)) {
		s->judged.at = s->at[field & (ARGUMENTS - 1)];
		judge_part(s, slot, part);
	}
	return 0;
}

/* Longer than the name of any container's cgroup. A longer component satisfies every clause: the
 * verifier looks at each length on its own, and with the 256 that a name may have, loading took four
 * times as long. */
#define COMPONENT 96

/* The component of a text that begins at judged.at, hashed like a directory's name; judged.at is
 * then behind the slash that ends it. */
__noinline int judge_component(__u32 slot)
{
	struct scratch *s = scratch_at(slot);
	__u32 at, end, length;
	__u64 hash;

	if (!s)
		return 0;
	at = s->judged.at;
	end = s->judged.end;
	s->judged.last = 1;
	for (length = 0; length < COMPONENT; length++) {
		if (at + length >= end)
			break;
		if (!AT(s, at + length)) /* whose end is not told by its length */
			s->pattern.whole = 0;
		if (AT(s, at + length) == '/') {
			s->judged.last = 0;
			break;
		}
	}
	if (length >= COMPONENT) {
		s->pattern.whole = 0;
		return 0;
	}
	hash = pattern_mix(s->pattern.hash, length);
	*(__u64 *)s->pattern.name = 0;
	for (__u32 done = 0; done < COMPONENT; done += 8) {
		__u64 word;

		if (done >= length)
			break;
		word = data_64(s, at + done);
		if (length - done < 8)
			word &= (1ULL << ((length - done) & 7) * 8) - 1;
		if (!done)
			*(__u64 *)s->pattern.name = word;
		hash = pattern_mix(hash, word);
	}
	s->pattern.hash = hash;
	s->judged.at = at + length + 1;
	return length;
}

/* One component further. Returns 0 where no pattern continues, or nothing is left. */
__noinline int judge_descend(__u32 slot)
{
	struct scratch *s = scratch_at(slot);
	struct pattern_node *node;
	__u32 length;
	__u64 key;

	if (!s)
		return 0;
	s->pattern.directory = s->pattern.hash;
	length = judge_component(slot);
	s->pattern.clauses |= s->pattern.below;
	if (!length && s->judged.last) /* a slash at the end: the directory itself is meant, too */
		s->pattern.clauses |= s->pattern.here;
	s->pattern.below = s->pattern.here = 0;
	if (s->pattern.part)
		pattern_match_part(s, s->pattern.part);
	key = s->pattern.hash;
	node = bpf_map_lookup_elem(&pattern_nodes, &key);
	if (!node)
		return 0;
	s->pattern.part = node->part;
	if (s->judged.last) {
		s->pattern.clauses |= node->here;
		return 0;
	}
	s->pattern.below = node->below;
	s->pattern.here = node->here;
	return node->deeper || node->part;
}

/* The last component of the text, into the hash. Returns its last eight bytes, zeros before it where it
 * is shorter. */
static __always_inline __u64 judge_last_component(struct scratch *s, __u32 slot, __u64 seed)
{
	__u32 begin = s->judged.at, at = s->judged.end, length;
	__u64 last;

	for (__u32 i = 0; i < 256; i++) {
		if (at <= begin || AT(s, at - 1) == '/')
			break;
		at--;
	}
	s->judged.at = at;
	s->pattern.hash = pattern_mix(seed, PATTERN_LAST);
	judge_component(slot);
	s->judged.at = begin;
	length = s->judged.end - at;
	last = data_64(s, s->judged.end - 8);
	if (length < 8)
		last = length ? last >> (8 - length) * 8 << (8 - length) * 8 : 0;
	return last;
}

/* The clauses of which a pattern matches the text, into pattern.clauses. */
__noinline int judge_text(__u32 slot, __u64 seed, __u64 rooted, __u32 ends)
{
	struct scratch *s = scratch_at(slot);
	struct pattern_node *node;
	__u32 i;
	__u64 key, last;

	keep_argument(rooted);
	keep_argument(ends);
	if (!s)
		return 0;
	s->pattern.clauses = 0;
	s->pattern.whole = 1;
	if (s->judged.at >= s->judged.end)
		return 0;
	last = judge_last_component(s, slot, seed);
	key = s->pattern.hash;
	node = bpf_map_lookup_elem(&pattern_nodes, &key);
	if (node)
		s->pattern.clauses = node->here;
	if (ends)
		pattern_match_end(slot, seed, last, ends);
	if (AT(s, s->judged.at) == '/') {
		s->pattern.hash = key = seed;
		s->judged.at++;
	} else {
		s->pattern.hash = key = pattern_mix(seed, PATTERN_RELATIVE);
	}
	node = rooted ? bpf_map_lookup_elem(&pattern_nodes, &key) : NULL;
	if (node) {
		s->pattern.below = node->below;
		s->pattern.here = node->here;
		s->pattern.part = node->part;
		for (i = 0; i < PATTERN_LEVELS; i++)
			if (!judge_descend(slot))
				break;
		if (i == PATTERN_LEVELS)
			s->pattern.whole = 0;
		if (!s->judged.last)
			s->pattern.clauses |= s->pattern.below;
	}
	if (!s->pattern.whole)
		s->pattern.clauses = ~0ULL;
	return 0;
}

static __always_inline __u64 number_found(__u32 step, __u64 value)
{
	struct number_key key = { .step = step, .value = value };
	__u64 *found = bpf_map_lookup_elem(&number_clauses, &key);

	return found ? *found : 0;
}

/* The process, and the ancestors that its image tells of. */
__noinline int judge_lineage(__u32 slot, __u32 step)
{
	struct scratch *s = scratch_at(slot);
	__u32 count, next;

	if (!s)
		return 0;
	s->judged.word |= number_found(step, bpf_get_current_pid_tgid() >> 32);
	judge_find(slot, FIELD_IMAGE, IMAGE_ANCESTORS - 1);
	next = s->judged.end;
	count = AT(s, next) & 15;
	next++;
	for (__u32 i = 0; i < ANCESTORS; i++) {
		if (i >= count)
			break;
		s->judged.at = next + 1; /* behind the header of a list of four */
		judge_read(slot);
		s->judged.word |= number_found(step, s->judged.value);
		for (int j = 0; j < 3; j++) {
			s->judged.at = s->judged.end;
			judge_read(slot);
		}
		next = s->judged.end;
	}
	return 0;
}

#define WITHIN 256 /* of a longer text the rest may be anything */

/* Whether WANTED, which is LENGTH bytes, is somewhere in the text. Global: verified once. */
__noinline int judge_within(__u32 slot, __u64 wanted, __u32 length)
{
	struct scratch *s = scratch_at(slot);
	__u64 mask;

	keep_argument(wanted);
	if (!s || !length || length > 8)
		return 1;
	mask = ~0ULL >> (8 - length) * 8;
	for (__u32 i = 0; i < WITHIN; i++) {
		if (s->judged.at + i + length > s->judged.end)
			return 0;
		if ((data_64(s, s->judged.at + i) & mask) == wanted)
			return 1;
	}
	return 1;
}

#define SAME_WORDS 16 /* at the end of both; what is before them may be anything */

/* Whether the text that has just been read is the one from BEGIN to END. Global: verified once. */
__noinline int judge_same_text(__u32 slot, __u32 begin, __u32 end)
{
	struct scratch *s = scratch_at(slot);
	__u32 left = end - begin;
	__u64 differing;

	if (!s || s->judged.state == JUDGED_UNKNOWN)
		return 1;
	if (s->judged.state != JUDGED_TEXT || s->judged.end - s->judged.at != left)
		return 0;
	for (__u32 i = 1; i <= SAME_WORDS; i++) {
		if (!left)
			break;
		differing = data_64(s, end - 8 * i) ^ data_64(s, s->judged.end - 8 * i);
		if (left < 8)
			return !(differing >> (8 - left) * 8);
		if (differing)
			return 0;
		left -= 8;
	}
	return 1;
}

/* Whether the text is the path of the process's program, or of an ancestor's. Global: verified once. */
__noinline int judge_same(__u32 slot, __u32 others)
{
	struct scratch *s = scratch_at(slot);
	__u32 begin, end, count, next, found = 0;

	if (!s)
		return 1;
	begin = s->judged.at;
	end = s->judged.end;
	judge_find(slot, FIELD_IMAGE, IMAGE_EXE);
	if (others & SAME_AS_EXE)
		found = judge_same_text(slot, begin, end);
	if (others & SAME_AS_ANCESTOR) {
		judge_find(slot, FIELD_IMAGE, IMAGE_ANCESTORS - 1);
		next = s->judged.end;
		count = AT(s, next) & 15;
		next++;
		for (__u32 i = 0; i < ANCESTORS; i++) {
			if (i >= count || found)
				break;
			s->judged.at = next + 1; /* behind the header of a list of four */
			judge_read(slot);
			for (int j = 0; j < 3; j++) {
				s->judged.at = s->judged.end;
				judge_read(slot);
			}
			next = s->judged.end;
			found = judge_same_text(slot, begin, end);
		}
	}
	s->judged.at = begin;
	s->judged.end = end;
	s->judged.state = JUDGED_TEXT;
	return found;
}

/* One field's value against one test. */
static __always_inline void judge_value(struct scratch *s, __u32 slot, __u32 number, const struct step *step)
{
	__u64 value = s->judged.value;
	__u32 state = s->judged.state;

	if (step->kind == STEP_LINEAGE) {
		judge_lineage(slot, number);
		return;
	}
	if (state == JUDGED_UNKNOWN) {
		s->judged.word = ~0ULL;
		return;
	}
	if (step->kind == STEP_PRESENT) {
		if ((state == JUDGED_ABSENT) == step->high)
			s->judged.word |= step->clauses;
		return;
	}
	if (state == JUDGED_ABSENT) {
		/* Null is less than any number, and the same as another null. */
		if (step->kind == STEP_SAME || (step->kind == STEP_RANGE && step->low == 1ULL << 63))
			s->judged.word |= step->clauses;
		return;
	}
	if (step->kind == STEP_WITHIN || step->kind == STEP_SAME) {
		__u32 holds = state != JUDGED_TEXT;

		if (!holds && step->kind == STEP_WITHIN)
			holds = judge_within(slot, step->low, step->width);
		else if (!holds)
			holds = judge_same(slot, step->low);
		if (holds)
			s->judged.word |= step->clauses;
		return;
	}
	if (step->kind == STEP_TEXT) {
		if (step->width) { /* the path of a socket: as long as the caller said */
			for (int i = 0; i < 128; i++) {
				if (s->judged.end <= s->judged.at || AT(s, s->judged.end - 1))
					break;
				s->judged.end--;
			}
		}
		if (state == JUDGED_TEXT && s->judged.at < s->judged.end && AT(s, s->judged.at)) {
			__u32 begin = s->judged.at;

			judge_text(slot, step->low, step->high, step->ends);
			s->judged.at = begin;
			s->judged.word |= s->pattern.clauses;
		} else if (state != JUDGED_TEXT || s->judged.at < s->judged.end) {
			s->judged.word = ~0ULL;
		}
		return;
	}
	if (step->width) {
		if (state != JUDGED_TEXT) {
			s->judged.word = ~0ULL;
			return;
		}
		if (s->judged.end - s->judged.at != step->width)
			return;
		value = bpf_be64_to_cpu(data_64(s, s->judged.at));
		if (step->width == 4)
			value >>= 32;
		else
			value ^= 1ULL << 63; /* unsigned numbers in the order of signed ones */
	} else if (state != JUDGED_NUMBER) {
		s->judged.word = ~0ULL;
		return;
	}
	switch (step->kind) {
	case STEP_EQUAL:
		s->judged.word |= number_found(number, value);
		break;
	case STEP_RANGE:
		if ((__s64)value >= (__s64)step->low && (__s64)value <= (__s64)step->high)
			s->judged.word |= step->clauses;
		break;
	case STEP_MASK:
		if ((value & step->low) == step->high)
			s->judged.word |= step->clauses;
		break;
	}
}

/* Step NUMBER of `steps`. Returns 0 once nothing is left. Global: verified once. */
__noinline int judge_step(__u32 slot, __u32 number)
{
	struct scratch *s = scratch_at(slot);
	struct step *step = bpf_map_lookup_elem(&steps, &number);

	if (!s || !step)
		return 1;
	if (!(s->clauses & ~step->any)) /* none of those that are left asks for this field */
		return 1;
	if (step->place & STEP_FIRST) {
		s->judged.word = step->any;
		judge_find(slot, step->field, step->part);
	}
	judge_value(s, slot, number, step);
	if (step->place & STEP_LAST)
		s->clauses &= s->judged.word;
	return s->clauses != 0;
}

/* Leave the clauses that steps FROM to UNTIL of `steps` leave. Not inlined: until 6.13 the frames
 * of all functions that are active share 512 bytes. */
__noinline int judge(__u32 slot, __u32 from, __u32 until)
{
	for (__u32 i = 0; i < MOST_STEPS; i++)
		if (from + i >= until || !judge_step(slot, from + i))
			break;
	return 0;
}

#endif
