/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_MEMORY_H
#define TRACEWIRE_MEMORY_H

#include "event.h"
#include "inode.h"
#include "record.h"

#define PROT_WRITE 2
#define PROT_EXEC 4
#define VM_READ 1 /* include/linux/mm.h: the same bits as PROT_ */
#define VM_WRITE 2
#define VM_EXEC 4
#define VM_LOCKED 0x2000
#define MAP_LOCKED 0x2000
#define MAP_POPULATE 0x8000

/* The numbers are Tracee's. */
enum alert { ALERT_MMAP = 1, ALERT_EXECUTABLE = 2, ALERT_WRITABLE_TOO = 3, ALERT_FROM_WRITABLE = 4 };

#define PROTECTION_UNKNOWN 0x80000000

static __always_inline bool is_error(long result)
{
	return (unsigned long)result >= (unsigned long)-4095;
}

struct found_mapping {
	__u32 found;
	__u32 protection;
	__u64 file;
};

static __always_inline void keep_mapping(const struct vm_area_struct *mapping, struct found_mapping *into)
{
	into->found = 1;
	into->protection = BPF_CORE_READ(mapping, vm_flags) & (VM_READ | VM_WRITE | VM_EXEC);
	into->file = (__u64)BPF_CORE_READ(mapping, vm_file);
}

/* Until 6.0 mappings were nodes of a red-black tree. */
struct mm_struct___tree {
	struct rb_root mm_rb;
} __attribute__((preserve_access_index));

struct vm_area_struct___tree {
	unsigned long vm_start;
	unsigned long vm_end;
	struct rb_node vm_rb;
} __attribute__((preserve_access_index));

#define TREE_LEVELS 40 /* of a tree of 2^20 nodes; there are at most 65,530 mappings */

/* Without the lock: another thread that maps memory meanwhile can make a mapping not be found,
 * and what is found is read from memory that was a mapping a moment ago. */
static __always_inline void find_mapping_in_tree(struct found_mapping *into, __u64 address)
{
	struct mm_struct___tree *memory = (void *)task_read(current_task(), mm);
	struct rb_node *node = NULL;

	if (bpf_core_field_exists(memory->mm_rb))
		node = BPF_CORE_READ(memory, mm_rb.rb_node);
	for (int i = 0; i < TREE_LEVELS && node; i++) {
		struct vm_area_struct___tree *mapping =
			(void *)node - bpf_core_field_offset(struct vm_area_struct___tree, vm_rb);

		if (address < BPF_CORE_READ(mapping, vm_start)) {
			node = BPF_CORE_READ(node, rb_left);
		} else if (address >= BPF_CORE_READ(mapping, vm_end)) {
			node = BPF_CORE_READ(node, rb_right);
		} else {
			keep_mapping((void *)mapping, into);
			return;
		}
	}
}

#ifndef BEFORE_5_12 /* which does not know callbacks, not even in code that is not reached */
static long look_at_mapping(struct task_struct *task, struct vm_area_struct *mapping, struct found_mapping *into)
{
	keep_mapping(mapping, into);
	return 0;
}
#endif

/* The kernel's lookup only tries the lock (5.17): while another thread maps memory it fails,
 * and then the event is sent without what it would have told. */
static __always_inline void find_mapping(struct found_mapping *into, __u64 address)
{
	into->found = into->protection = 0;
	into->file = 0;
#ifndef BEFORE_5_12
	if (LINUX_KERNEL_VERSION >= KERNEL_VERSION(5, 17, 0)) {
		bpf_find_vma(current_task(), address, look_at_mapping, into, 0);
		return;
	}
#endif
	find_mapping_in_tree(into, address);
}

static __always_inline __u32 protection_at(__u64 address)
{
	struct found_mapping mapping;

	find_mapping(&mapping, address);
	return mapping.found ? mapping.protection : PROTECTION_UNKNOWN;
}

#define MAPPED_FILE                                                                                  \
	(1 << MEM_PROT_ALERT_PATHNAME | 1 << MEM_PROT_ALERT_DEV | 1 << MEM_PROT_ALERT_INODE | \
	 1 << MEM_PROT_ALERT_CTIME)

/* RACY: a bit for each argument that another thread could have changed, by mapping something else
 * or protecting it otherwise. USER: the same of those that its memory told. */
static __always_inline void mapping_event(__u32 alert, int syscall, long result, __u64 address, __u64 length,
					  __u32 protection, __u32 previous, __u32 racy, __u32 user)
{
	__u32 slot = event_begin(EVENT_MEM_PROT_ALERT, ARGUMENTS_MEM_PROT_ALERT, syscall, result);
	struct scratch *s = scratch_at(slot);
	struct found_mapping mapping;
	struct file *file;

	if (!s)
		return;
	s->racy = racy;
	s->user = user;
	argument_unsigned(s, alert);
	argument_unsigned(s, address);
	argument_unsigned(s, length);
	argument_unsigned(s, protection & 7);
	if (previous == PROTECTION_UNKNOWN)
		argument_nil(s);
	else
		argument_unsigned(s, previous);
	find_mapping(&mapping, address);
	file = (void *)mapping.file;
	if (file) {
		argument_mapped_file(s, slot, file);
	} else if (mapping.found) {
		argument_empty(s);
		argument_unsigned(s, 0);
		argument_unsigned(s, 0);
		argument_unsigned(s, 0);
	} else {
		argument_nil(s);
		argument_nil(s);
		argument_nil(s);
		argument_nil(s);
	}
	event_send(slot);
}

static __always_inline void mprotect_event(struct record *record, long result)
{
	__u32 before = record->previous_protection, after = record->arguments[2];
	__u32 alert;

	if (!(after & PROT_EXEC))
		return;
	if (before == PROTECTION_UNKNOWN)
		alert = after & PROT_WRITE ? ALERT_WRITABLE_TOO : ALERT_EXECUTABLE;
	else if (before & VM_EXEC && !(before & VM_WRITE) && after & PROT_WRITE)
		alert = ALERT_WRITABLE_TOO;
	else if (before & VM_WRITE && !(after & PROT_WRITE))
		alert = ALERT_FROM_WRITABLE;
	else if (!(before & VM_EXEC))
		alert = ALERT_EXECUTABLE;
	else
		return;
	mapping_event(alert, record->number, result, record->arguments[0], record->arguments[1], after, before,
		      record->owns_memory ? 0 : 1 << MEM_PROT_ALERT_ALERT | 1 << MEM_PROT_ALERT_PREV_PROT | MAPPED_FILE,
		      0);
}

#endif
