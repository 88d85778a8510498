// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What all families share: which system calls are of interest, and what inner tracepoints see
 * of the objects that such a call uses. It emits no events. */
#include "keep.h"
#include "narrow.h"
#include "owner.h"
#include "uring.h"

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
	bool is_narrow = is_32_bit(task);
	__u32 syscall = is_narrow ? same_call(regs, number) : number;
	struct record *record;

	if (!(syscall_flags(syscall) & SYSCALL_RECORDED) || task_read(task, tgid) == own_tgid)
		return 0;
	record = task_value_made(records, task);
	if (!record)
		return 0;
	record->syscall = syscall;
	record->number = is_narrow ? number + FIRST_32_BIT : number;
	record->from_memory = is_narrow && number == NR_32_SOCKETCALL;
	if (record->from_memory)
		read_socketcall(record->arguments, regs);
	else
		read_registers(record->arguments, regs, is_narrow);
	record->names = record->files = record->candidates = 0;
	record->address_length = record->address_exact = 0;
	record->mount = 0;
	record->hooked = record->has_type = 0;
	record->socket_type = record->previous_protection = record->watches_inodes = 0;
	record->request = 0;
	/* True until the call returns: only this task could share them, and it is here. */
	record->owns_descriptors = task_read(task, files, count.counter) == 1;
	record->owns_memory = task_read(task, mm, mm_users.counter) == 1;
	record->active = 1;
	bpf_tail_call(context, &enter_handlers, syscall);
	return 0;
}

SYSCALL_EXIT(sys_exit)
{
	struct task_struct *task = current_task();
	__u32 syscall = is_32_bit(task) ? same_call(regs, regs->orig_ax) : regs->orig_ax;

	if (!syscall_flags(syscall) || task_read(task, tgid) == own_tgid)
		return 0;
	bpf_tail_call(context, &exit_handlers, syscall);
	return 0;
}

/* A mount that a file system made for itself is in the namespace MNT_NS_INTERNAL, an error
 * pointer (fs/mount.h, since 4.2). */
static __always_inline bool is_internal_mount(__u64 mount)
{
	struct mount *raw = (void *)mount;

	return (__u64)BPF_CORE_READ(raw, mnt_ns) >= (__u64)-4095;
}

/* Whether any task has submitted a request of interest: until then nobody pays for them. */
static bool rings_are_used;

static __always_inline struct record *record_at_slab(void)
{
	return rings_are_used ? serving_record() : current_record();
}

static __always_inline void keep_given_back(struct record *record, __u32 position, const struct filename *filename,
					    const char *text, __u64 user)
{
	position &= NAMES - 1;
	record->name[position].user = user;
	keep_text(&record->name[position], position, text);
	record->name[position].cut = 0;
	record->names = position + 1;
}

/* The address by which a slab cache knows the copy of a path: from 4,064 bytes on, the object is
 * the text and the struct lies elsewhere. */
static __always_inline __u64 object_of_name(const struct filename *name)
{
	__u64 text = (__u64)BPF_CORE_READ(name, name);

	return text == (__u64)name + bpf_core_field_offset(struct filename, iname) ? (__u64)name : text;
}

static __always_inline bool remember_name(const struct io_kiocb *request, __u32 opcode, const struct filename *name,
					  bool is_last)
{
	struct request_name entry = {};
	__u64 object = object_of_name(name);

	entry.request = (__u64)request;
	entry.submitter = submitter_of(request);
	entry.opcode = opcode;
	entry.is_last = is_last;
	return !bpf_map_update_elem(&request_names, &object, &entry, BPF_ANY);
}

static __always_inline void count_lost_request(__u32 event)
{
	struct counts *count = bpf_map_lookup_elem(&counts, &event);

	if (count) {
		count->generated++;
		count->lost_scratch++;
	}
}

/* A request has been read from the ring, its paths have been copied, and it has not begun. */
TRACEPOINT(uring_submit, io_uring_submit_req, struct io_kiocb *request)
{
	struct task_struct *task = current_task();
	__u32 opcode = BPF_CORE_READ(request, opcode), event = event_of_opcode(opcode);
	struct request_paths paths;
	struct record *record;

	if (!event || task_read(task, tgid) == own_tgid)
		return 0;
	record = task_value_made(records, task);
	if (!record)
		return 0;
	record->serves_rings = 1;
	rings_are_used = true;
	if (is_serving(record))
		forget_objects(record);
	paths_of(&paths, request, opcode);
	if (paths.first && !remember_name(request, opcode, paths.first, false))
		count_lost_request(event);
	else if (paths.last && !remember_name(request, opcode, paths.last, true))
		count_lost_request(event);
	return 0;
}

/* A path of a request is given back; with the last one, the request is done. */
static __always_inline void request_gives_back(void *context, struct record *record, const void *object)
{
	__u64 key = (__u64)object;
	struct request_name *known = bpf_map_lookup_elem(&request_names, &key);
	const struct filename *filename = object;
	const char *text = BPF_CORE_READ(filename, name);
	struct request_paths paths;
	__u32 opcode;
	bool is_last;

	if (!known)
		return;
	if (text != (const char *)object + bpf_core_field_offset(struct filename, iname))
		text = object;
	opcode = known->opcode;
	is_last = known->is_last;
	record->request = known->request;
	record->submitter = known->submitter;
	bpf_map_delete_elem(&request_names, &key);
	paths_of(&paths, (void *)record->request, opcode);
	keep_given_back(record, is_last && paths.first ? 1 : 0, filename, text, name_token(opcode, is_last));
	if (!is_last)
		return;
	record->opcode = opcode;
	bpf_tail_call(context, &ring_handlers, opcode);
	forget_objects(record);
	record->request = 0;
}

/* What was allocated for an open that fails is freed at once. One that was opened and closed by
 * another thread is freed by that, or when this task returns. */
static __always_inline void file_given_back(const void *object)
{
	struct record *record = task_value(records, current_task());

	if (record && is_serving(record) && record->files &&
	    record->file[(record->files - 1) & (FILES - 1)] == (__u64)object)
		record->files--;
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

	if (rings_are_used && (__u64)cache == filp_cache && filp_cache)
		file_given_back(object);
	if ((__u64)cache != names_cache || !names_cache)
		return 0;
	record = record_at_slab();
	if (!record)
		return 0;
	if (is_serving(record)) {
		request_gives_back(ctx, record, object);
		return 0;
	}
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
	record = record_at_slab();
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
