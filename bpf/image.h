/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_IMAGE_H
#define TRACEWIRE_IMAGE_H

#include "container.h"

/* What stays the same about a process until it executes another program: see
 * `ProcessImage` in tracewire/event.py. Written once for each program that a process
 * executes and kept, since its eight ancestors' paths cost more than the rest of an event.
 * It is context and never decides whether an event is wanted. A rename of the program after
 * the first event, or the parent's death, does not change what is told: where a process came
 * from is more use than who inherited it. */

#define ANCESTORS 8
#define ARGV_SIZE 1024
#define IMAGE_SIZE 2048
#define IMAGE_LIMIT (3 * 1024) /* no more paths behind it: they must not crowd out the arguments */

struct image_key {
	__u64 start_time;
	__u32 tgid;
	__u32 exec_id; /* counts the execs of a task */
	__u64 cgroups; /* the set of them: a process can be moved */
};

struct image {
	__u32 length;
	__u8 bytes[IMAGE_SIZE];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct image_key);
	__type(value, struct image);
} images SEC(".maps");

/* A typed pointer as a number: until 6.2 the verifier forbids to add a variable to one. */
static __always_inline void *untyped(struct scratch *s, const void *pointer)
{
	s->walk.dentry = (__u64)pointer;
	barrier();
	return (void *)s->walk.dentry;
}

static __always_inline struct upid innermost_pid(struct pid *pid)
{
	struct upid number = {};
	__u32 level = BPF_CORE_READ(pid, level);

	bpf_probe_read_kernel(&number, sizeof(number), (void *)pid + bpf_core_field_offset(struct pid, numbers) +
			      (level & 31) * bpf_core_type_size(struct upid));
	return number;
}

/* The program a process runs. Returns 1 if the path was cut. */
static __always_inline int put_executable(struct scratch *s, __u32 slot, struct task_struct *task)
{
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	struct file *file = mm ? BPF_CORE_READ(mm, exe_file) : NULL;

	if (!file) {
		put_nil(s);
		return 0;
	}
	walk_begin(s, BPF_CORE_READ(file, f_path.dentry), BPF_CORE_READ(file, f_path.mnt));
	return put_walked_path(slot);
}

/* SIZE bytes of the current process's memory at most, which may cross into pages that are not
 * there: page by page then, and as much as can be read. Returns 1 if some is missing. */
#define put_user_block(s, from, until, size)                                                      \
	({                                                                                        \
		__u64 from_ = (from), left_ = (until) > from_ ? (until) - from_ : 0;              \
		__u32 offset_ = (s)->offset & (EVENT_SIZE - 1), got_ = 0, cut_ = 0;               \
		if (left_ > (size) || !has_room(s, left_ + 3)) {                                  \
			cut_ = 1;                                                                 \
			left_ = has_room(s, (size) + 3) ? (size) : 0;                             \
		}                                                                                 \
		for (int i_ = 0; i_ < (size) / PAGE_SIZE + 2; i_++) {                             \
			__u32 part_ = PAGE_SIZE - ((from_ + got_) & (PAGE_SIZE - 1));             \
			if (got_ >= left_)                                                        \
				break;                                                            \
			if (part_ > left_ - got_)                                                 \
				part_ = left_ - got_;                                             \
			part_ &= 2 * PAGE_SIZE - 1;                                               \
			if (bpf_probe_read_user(&(s)->data[(offset_ + 3 + got_) & (EVENT_SIZE - 1)], part_, \
						(void *)(from_ + got_))) {                        \
				cut_ = 1;                                                         \
				break;                                                            \
			}                                                                         \
			got_ += part_;                                                            \
		}                                                                                 \
		(s)->data[offset_] = 0xc5;                                                        \
		*(__u16 *)&(s)->data[offset_ + 1] = bpf_htons(got_);                              \
		(s)->offset = offset_ + 3 + got_;                                                 \
		cut_;                                                                             \
	})

/* Global: verified once. */
__noinline int put_ancestors(__u32 slot)
{
	struct scratch *s = scratch_at(slot);
	struct task_struct *task = (void *)current_task();
	__u32 count_at, count = 0;

	if (!s)
		return 0;
	count_at = s->offset;
	put_array(s, 0);
	task = BPF_CORE_READ(task, group_leader);
	for (int i = 0; i < ANCESTORS; i++) {
		__u32 tgid;

		task = BPF_CORE_READ(task, real_parent, group_leader);
		tgid = BPF_CORE_READ(task, tgid);
		if (!tgid) /* the idle task, parent of init */
			break;
		put_array(s, 4);
		put_unsigned(s, tgid);
		put_unsigned(s, BPF_CORE_READ(task, start_boottime));
		put_kernel_string(s, &task->comm, 16);
		/* Volatile: clang would take the limit for the bound of later writes, which the verifier
		 * does not see. */
		if (*(volatile __u32 *)&s->offset - s->image > IMAGE_LIMIT)
			put_nil(s);
		else
			put_executable(s, slot, task);
		count++;
	}
	AT(s, count_at) = 0x90 | (count & 15);
	return 0;
}

static __always_inline void write_image(struct scratch *s, __u32 slot, struct task_struct *task)
{
	struct mm_struct *mm = task_read(task, mm);
	int contained;

	put_array(s, 5);
	put_executable(s, slot, task);
	contained = put_container(slot);
	if (mm)
		put_user_block(s, BPF_CORE_READ(mm, arg_start), BPF_CORE_READ(mm, arg_end), ARGV_SIZE);
	else
		put_nil(s);
	put_ancestors(slot);
	if (contained)
		put_boolean(s, container_is_started(task));
	else
		put_nil(s);
}

__noinline int put_image(__u32 slot)
{
	struct scratch *s = scratch_at(slot);
	struct task_struct *task = current_task();
	struct image_key key = {};
	struct image *known;
	__u32 offset, length;

	if (!s)
		return 0;
	key.start_time = task_read(task, group_leader, start_boottime);
	key.tgid = task_read(task, tgid);
	key.exec_id = task_read(task, self_exec_id);
	key.cgroups = (__u64)task_read(task, cgroups);
	s->image = s->offset;
	offset = s->offset & (EVENT_SIZE - 1);
	known = bpf_map_lookup_elem(&images, &key);
	if (known) {
		length = known->length & (IMAGE_SIZE - 1);
		bpf_probe_read_kernel(&s->data[offset], length, known->bytes);
		s->offset = offset + length;
		return 0;
	}
	write_image(s, slot, task);
	length = s->offset - offset;
	if (length < IMAGE_SIZE) {
		/* `path` is free again: the value is put together there. */
		struct image *fresh = (void *)s->path;

		fresh->length = length;
		forget(length);
		bpf_probe_read_kernel(fresh->bytes, length & (IMAGE_SIZE - 1), &s->data[offset]);
		bpf_map_update_elem(&images, &key, fresh, BPF_ANY);
	}
	return 0;
}

/* Write the current process's image down for an event that comes when its memory is gone. */
static __always_inline void keep_image(void)
{
	__u32 slot = scratch_claim();
	struct scratch *s = slot == NO_SLOT ? NULL : scratch_at(slot);

	if (!s)
		return;
	s->offset = 0;
	put_image(slot);
	scratch_release(s);
}

#endif
