/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_PATTERN_H
#define TRACEWIRE_PATTERN_H

#include "path.h"

/* Paths are compared with all patterns of an event at once, and without being written out. The
 * dentries up to the root are collected, then names are hashed from the root down, and the walk
 * ends at the first directory that no pattern continues through. So what is not wanted costs
 * about the same with one pattern and with a thousand. A verdict is never kept by dentry or by
 * inode: the kernel reuses both, and a stale one would be a hole.
 *
 * What cannot be seen whole matches everything, and so does a path of which a component was renamed
 * meanwhile: two renames could make it look like one that never was. The kernel counts them in each
 * dentry (d_seq, written by d_move); as long as all counts are the same after the walk, there was a
 * moment at which all that it has read was true. Not by rename_lock, whose address not every kernel
 * tells. */

#define PATTERN_MIX 0x9e3779b97f4a7c15ULL
#define PATTERN_LAST 0x6c6173742d6f6e65ULL /* seeds the hash of a path's last component alone */
#define PATTERN_PART 0x706172742d6e616dULL /* and of the beginning of a name */
#define PATTERN_END 0x656e642d6f662d61ULL /* and of the end of the last component */
#define PATTERN_RELATIVE 0x72656c6174697665ULL /* of texts that do not begin with a slash */
#define SEQUENCE_MOVING 1 /* seqlock.h: odd while it is being changed */

#define ENDS_SHIFT 8 /* from here on the lengths of ends in `patterns`, from one byte to eight */

#define PATTERN_STEPS 16 /* of eight components or mounts each */

/* Clauses of which a pattern ends at this path or continues below it. Every directory on the way
 * to a pattern's end is one. */
struct pattern_node {
	__u64 below; /* satisfied by everything in this directory */
	__u64 here; /* satisfied by this very path */
	__u32 deeper; /* nonzero: there are nodes below */
	__u32 part; /* nonzero: prefixes end inside of names in it, and these are their first bytes */
};

/* By a chain of hashes of the components from the root. Nothing but a wider match follows from two
 * paths with the same. Two generations of patterns have different seeds and are there at once. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct pattern_node);
} pattern_nodes SEC(".maps");

static __always_inline __u64 pattern_mix(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * PATTERN_MIX;
	return hash ^ hash >> 29;
}

/* The hash of the name of the dentry at LEVEL, chained to `hash`. Global: verified once. */
__noinline int pattern_hash_name(__u32 slot, __u32 level)
{
	struct scratch *s = scratch_at(slot);
	__u64 dentry, name, hash;
	__u32 length;

	if (!s)
		return 0;
	dentry = s->pattern.dentry[level & (PATTERN_LEVELS - 1)];
	if (can_cast()) {
		struct dentry *typed = cast(struct dentry, dentry);

		name = (__u64)typed->d_name.name;
		length = typed->d_name.len;
	} else {
		struct dentry *raw = (void *)dentry;

		name = (__u64)BPF_CORE_READ(raw, d_name.name);
		length = BPF_CORE_READ(raw, d_name.len);
	}
	length &= 255;
	hash = pattern_mix(s->pattern.hash, length);
	if (bpf_probe_read_kernel(s->pattern.name, length, (void *)name)) {
		s->pattern.whole = 0;
		return 0;
	}
	s->pattern.length = length;
	*(__u64 *)&s->pattern.name[length] = 0;
	for (__u32 at = 0; at < 256; at += 8) {
		if (at >= length)
			break;
		hash = pattern_mix(hash, *(__u64 *)&s->pattern.name[at]);
	}
	s->pattern.hash = hash;
	return 0;
}

/* How often a dentry has been renamed, and got and lost its inode. In a struct of its own since 5.9. */
static __always_inline __u32 dentry_sequence(__u64 dentry)
{
	__u32 sequence;

	if (can_cast()) {
		struct dentry *typed = cast(struct dentry, dentry);

		sequence = typed->d_seq.seqcount.sequence;
	} else {
		struct dentry *raw = (void *)dentry;

		sequence = BPF_CORE_READ(raw, d_seq.seqcount.sequence);
	}
	barrier(); /* on x86_64 loads stay in their order */
	return sequence;
}

/* Leave `whole` only if no component was renamed since its parent was read. */
__noinline int pattern_check(__u32 slot)
{
	struct scratch *s = scratch_at(slot);

	if (!s)
		return 0;
	barrier();
	for (__u32 i = 0; i < PATTERN_LEVELS; i++) {
		if (i >= s->pattern.levels)
			break;
		if (s->pattern.sequence[i] & SEQUENCE_MOVING ||
		    dentry_sequence(s->pattern.dentry[i]) != s->pattern.sequence[i]) {
			s->pattern.whole = 0;
			break;
		}
	}
	return 0;
}

/* Up to eight components or mounts further up. Returns 0 at the end. */
__noinline int pattern_climb(__u32 slot)
{
	struct scratch *s = scratch_at(slot);
	__u64 dentry, parent;
	__u32 levels, sequence;

	if (!s)
		return 0;
	for (int i = 0; i < 8; i++) {
		dentry = s->walk.dentry;
		if (dentry == s->walk.mount_root) {
			if (s->walk.mount_parent == s->walk.mount) {
				s->pattern.whole = 1;
				return 0;
			}
			s->walk.dentry = s->walk.mount_point;
			walk_enter_mount(&s->walk, s->walk.mount_parent);
			continue;
		}
		sequence = dentry_sequence(dentry);
		if (can_cast()) {
			struct dentry *typed = cast(struct dentry, dentry);

			parent = (__u64)typed->d_parent;
		} else {
			struct dentry *raw = (void *)dentry;

			parent = (__u64)BPF_CORE_READ(raw, d_parent);
		}
		levels = s->pattern.levels;
		if (parent == dentry || levels >= PATTERN_LEVELS)
			return 0;
		s->pattern.dentry[levels & (PATTERN_LEVELS - 1)] = dentry;
		s->pattern.sequence[levels & (PATTERN_LEVELS - 1)] = sequence;
		s->pattern.levels = levels + 1;
		s->walk.dentry = parent;
	}
	return 1;
}

/* Prefixes that end inside the name that has just been read: of all in one directory the same
 * number of bytes counts, at most eight. */
static __always_inline void pattern_match_part(struct scratch *s, __u32 part)
{
	__u64 first = *(__u64 *)s->pattern.name, key;
	struct pattern_node *node;

	if (part < 8)
		first &= (1ULL << (part & 7) * 8) - 1;
	key = pattern_mix(pattern_mix(s->pattern.directory, PATTERN_PART), first);
	node = bpf_map_lookup_elem(&pattern_nodes, &key);
	if (node)
		s->pattern.clauses |= node->below;
}

/* Suffixes without a slash: LAST are the last eight bytes of the last component, zeros before it where
 * it is shorter, and LENGTHS has a bit for each number of them that there are patterns of. Global:
 * verified once. */
__noinline int pattern_match_end(__u32 slot, __u64 seed, __u64 last, __u32 lengths)
{
	struct scratch *s = scratch_at(slot);
	struct pattern_node *node;
	__u64 key;

	keep_argument(seed);
	keep_argument(last);
	keep_argument(lengths);
	if (!s)
		return 0;
	seed = pattern_mix(seed, PATTERN_END);
	for (__u32 i = 0; i < 8; i++) {
		if (!(lengths >> i & 1))
			continue;
		key = pattern_mix(pattern_mix(seed, i + 1), last >> (7 - i) * 8);
		node = bpf_map_lookup_elem(&pattern_nodes, &key);
		if (node)
			s->pattern.clauses |= node->here;
	}
	return 0;
}

/* The last eight bytes of the name that has just been read. */
static __always_inline __u64 end_of_name(const struct scratch *s)
{
	__u32 length = s->pattern.length & 255;

	if (length >= 8)
		return *(__u64 *)&s->pattern.name[(length - 8) & 255];
	return length ? *(__u64 *)s->pattern.name << (8 - length) * 8 : 0;
}

/* One component further down. Returns 0 where no pattern continues. */
__noinline int pattern_descend(__u32 slot, __u32 level)
{
	struct scratch *s = scratch_at(slot);
	struct pattern_node *node;
	__u64 key;

	if (!s)
		return 0;
	s->pattern.directory = s->pattern.hash;
	pattern_hash_name(slot, level);
	s->pattern.clauses |= s->pattern.below;
	s->pattern.below = s->pattern.here = 0;
	if (s->pattern.part)
		pattern_match_part(s, s->pattern.part);
	key = s->pattern.hash;
	node = bpf_map_lookup_elem(&pattern_nodes, &key);
	if (!node)
		return 0;
	s->pattern.below = node->below;
	s->pattern.here = node->here;
	s->pattern.part = node->part;
	return node->deeper || node->part;
}

/* The clauses of which a pattern matches the path of the walk that has begun, into
 * `pattern.clauses`. ENDS says which of the last component to look for, as `patterns` of an event's
 * table does. */
__noinline int pattern_match(__u32 slot, __u64 seed, __u64 rooted, __u32 ends)
{
	struct scratch *s = scratch_at(slot);
	struct pattern_node *node;
	__u32 levels, i;
	__u64 key;

	keep_argument(rooted);
	keep_argument(ends);
	if (!s)
		return 0;
	s->pattern.levels = s->pattern.whole = 0;
	for (i = 0; i < PATTERN_STEPS; i++)
		if (!pattern_climb(slot))
			break;
	levels = s->pattern.levels;
	if (!s->pattern.whole)
		goto everything;
	s->pattern.clauses = s->pattern.below = s->pattern.here = 0;
	if (levels && ends) {
		s->pattern.hash = pattern_mix(seed, PATTERN_LAST);
		pattern_hash_name(slot, 0);
		key = s->pattern.hash;
		node = bpf_map_lookup_elem(&pattern_nodes, &key);
		if (node)
			s->pattern.clauses = node->here;
		if (ends >> ENDS_SHIFT)
			pattern_match_end(slot, seed, end_of_name(s), ends >> ENDS_SHIFT);
	}
	s->pattern.hash = key = seed;
	node = rooted ? bpf_map_lookup_elem(&pattern_nodes, &key) : NULL;
	if (node) {
		s->pattern.below = node->below;
		s->pattern.here = node->here;
		s->pattern.part = node->part;
		for (i = 0; i < PATTERN_LEVELS; i++) {
			if (i >= levels)
				break;
			if (!pattern_descend(slot, levels - 1 - i)) {
				i++;
				break;
			}
		}
		/* `here` is only of the path itself, `below` only of what is in it. */
		s->pattern.clauses |= i < levels ? s->pattern.below : s->pattern.here;
	}
	if (s->pattern.whole)
		pattern_check(slot);
	if (!s->pattern.whole)
		goto everything;
	return 0;
everything:
	s->pattern.clauses = ~0ULL;
	return 0;
}

#endif
