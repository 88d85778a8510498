// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What all families share: which system calls are of interest, and what inner tracepoints see
 * of the objects that such a call uses. It emits no events. */
#include "keep.h"
#include "owner.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define SYSCALLS 1024

/* Addresses of slab caches, found by calibrate.bpf.c; 0: not known. Set before load. */
const volatile __u64 names_cache = 0;
const volatile __u64 filp_cache = 0;
const volatile __u64 mnt_cache = 0;

#define SYSCALL_WANTED 1
#define SYSCALL_RECORDED 2 /* an event of it needs a record */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SYSCALLS);
	__type(key, __u32);
	__type(value, __u32);
} syscalls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, SYSCALLS);
	__type(key, __u32);
	__type(value, __u32);
} enter_handlers SEC(".maps"), exit_handlers SEC(".maps");

static __always_inline __u32 syscall_flags(__u32 number)
{
	__u32 *flags = bpf_map_lookup_elem(&syscalls, &number);

	return flags ? *flags : 0;
}

SYSCALL_ENTRY(sys_enter)
{
	struct task_struct *task = current_task();
	struct record *record;

	if (!(syscall_flags(number) & SYSCALL_RECORDED) || task_read(task, tgid) == own_tgid || is_32_bit(task))
		return 0;
	record = task_value_made(records, task);
	if (!record)
		return 0;
	record->syscall = number;
	record->arguments[0] = regs->di;
	record->arguments[1] = regs->si;
	record->arguments[2] = regs->dx;
	record->arguments[3] = regs->r10;
	record->arguments[4] = regs->r8;
	record->arguments[5] = regs->r9;
	record->names = record->files = record->candidates = 0;
	record->address_length = record->address_exact = 0;
	record->mount = 0;
	record->hooked = record->has_type = 0;
	record->socket_type = record->previous_protection = record->watches_inodes = 0;
	/* True until the call returns: only this task could share them, and it is here. */
	record->owns_descriptors = task_read(task, files, count.counter) == 1;
	record->owns_memory = task_read(task, mm, mm_users.counter) == 1;
	record->active = 1;
	bpf_tail_call(context, &enter_handlers, number);
	return 0;
}

SYSCALL_EXIT(sys_exit)
{
	struct task_struct *task = current_task();
	__u32 number = regs->orig_ax;

	if (!syscall_flags(number) || task_read(task, tgid) == own_tgid || is_32_bit(task))
		return 0;
	bpf_tail_call(context, &exit_handlers, number);
	return 0;
}

/* A mount that a file system made for itself is in the namespace MNT_NS_INTERNAL, an error
 * pointer (fs/mount.h, since 4.2). */
static __always_inline bool is_internal_mount(__u64 mount)
{
	struct mount *raw = (void *)mount;

	return (__u64)BPF_CORE_READ(raw, mnt_ns) >= (__u64)-4095;
}

/* Of slab tracepoints raw_tp and not tp_btf: until 6.13 the verifier does not know a `const void *`
 * argument.
 *
 * Every path that a system call is given passes through here: putname() gives back the
 * kernel's own copy of it, whether the call succeeded or not. */
SEC("raw_tp/kmem_cache_free")
int BPF_PROG(names_cache_free, unsigned long call_site, const void *object, const struct kmem_cache *cache)
{
	const struct filename *filename = object;
	struct record *record;
	const char *text;
	__u32 position;

	if ((__u64)cache != names_cache || !names_cache)
		return 0;
	record = current_record();
	if (!record)
		return 0;
	position = record->names;
	if (position >= NAMES)
		return 0;
	position &= NAMES - 1;
	text = BPF_CORE_READ(filename, name);
	if (text == (const char *)object + bpf_core_field_offset(struct filename, iname)) {
		record->name[position].user = (__u64)BPF_CORE_READ(filename, uptr);
	} else {
		/* From 4,064 bytes on, the object is the text and the struct lies elsewhere. */
		text = object;
		record->name[position].user = ~0ULL;
	}
	keep_text(&record->name[position], position, text);
	record->name[position].cut = 0;
	record->names = position + 1;
	return 0;
}

SEC("raw_tp/kmem_cache_alloc")
int BPF_PROG(file_alloc, unsigned long call_site, const void *object, struct kmem_cache *cache)
{
	struct record *record;

	if ((__u64)cache != filp_cache || !filp_cache)
		return 0;
	own_file(object);
	record = current_record();
	if (!record)
		return 0;
	record->file[record->files & (FILES - 1)] = (__u64)object;
	record->files++;
	return 0;
}

SEC("raw_tp/kmem_cache_alloc")
int BPF_PROG(mount_alloc, unsigned long call_site, const void *object, struct kmem_cache *cache)
{
	struct record *record;

	if ((__u64)cache != mnt_cache || !mnt_cache)
		return 0;
	record = current_record();
	/* Of a recursive bind mount, and of the copies that shared mounts make, the first is the
	 * one that was asked for. Before it overlayfs clones those of its layers, for itself. */
	if (record && (!record->mount || is_internal_mount(record->mount)))
		record->mount = (__u64)object;
	return 0;
}
