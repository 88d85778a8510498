/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_TASK_H
#define TRACEWIRE_TASK_H

/* The current task, its fields and what is kept for it. Since 5.12 the verifier knows the task's
 * type and tracing programs have task storage; for kernels before, the same source is compiled
 * with BEFORE_5_12 into objects of their own (docs/decisions/0006-two-builds.md). */

#ifndef BEFORE_5_12

#define current_task() bpf_get_current_task_btf()

/* A field of a task, or of what it points to: task_read(task, signal, tty). */
#define task_read(task, ...) ___arrow(task, ##__VA_ARGS__)

#define TASK_MAP(kind, name)                              \
	struct {                                          \
		__uint(type, BPF_MAP_TYPE_TASK_STORAGE);  \
		__uint(map_flags, BPF_F_NO_PREALLOC);     \
		__type(key, int);                         \
		__type(value, kind);                      \
	} name SEC(".maps")

#define task_value(map, task) bpf_task_storage_get(&(map), task, 0, 0)
#define task_value_made(map, task) bpf_task_storage_get(&(map), task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE)

#else

#define current_task() ((struct task_struct *)bpf_get_current_task())
#define task_read(task, ...) BPF_CORE_READ(task, ##__VA_ARGS__)

/* By thread id. LRU, because nothing tells when a thread that ended in a call is gone. */
#define TASK_ENTRIES 1024

#define TASK_MAP(kind, name)                              \
	static const kind name##_zero;                    \
	struct {                                          \
		__uint(type, BPF_MAP_TYPE_LRU_HASH);      \
		__uint(max_entries, TASK_ENTRIES);        \
		__type(key, __u32);                       \
		__type(value, kind);                      \
	} name SEC(".maps")

#define task_value(map, task)                                  \
	({                                                     \
		__u32 tid_ = BPF_CORE_READ(task, pid);         \
		bpf_map_lookup_elem(&(map), &tid_);            \
	})

#define task_value_made(map, task)                                                      \
	({                                                                              \
		__u32 tid_ = BPF_CORE_READ(task, pid);                                  \
		void *value_ = bpf_map_lookup_elem(&(map), &tid_);                      \
		if (!value_) {                                                          \
			bpf_map_update_elem(&(map), &tid_, &map##_zero, BPF_NOEXIST);   \
			value_ = bpf_map_lookup_elem(&(map), &tid_);                    \
		}                                                                       \
		value_;                                                                 \
	})

#endif

#define THREAD_SIZE (16 * 1024) /* arch/x86/include/asm/page_64_types.h, without KASAN */

/* The registers with which a task entered the kernel. */
static __always_inline struct pt_regs *task_registers(struct task_struct *task)
{
#ifndef BEFORE_5_12
	if (LINUX_KERNEL_VERSION >= KERNEL_VERSION(5, 15, 0))
		return (void *)bpf_task_pt_regs(task);
#endif
	/* task_pt_regs(): at the top of its kernel stack. */
	return (struct pt_regs *)(task_read(task, stack) + THREAD_SIZE) - 1;
}

#endif
