/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_TRACEPOINT_H
#define TRACEWIRE_TRACEPOINT_H

#include "task.h"

/* How a program is reached: the same source, three builds (docs/decisions/0006-two-builds.md).
 *
 * TRACEPOINT(task_rename, task_rename, struct task_struct *task, ...) { }
 *     name of the program, tracepoint, its arguments: pointers, to be read by BPF_CORE_READ
 * SYSCALL_ENTRY(enter_something) { }
 *     finds `regs`, the caller's registers, which can be read directly, and `number`
 * SYSCALL_EXIT(exit_something) { }
 *     finds `regs` and `result`
 *
 * `context` is what a tail call passes on. */

#define SYSCALL_PROGRAM(section, name, kind, registers, second, value)                                        \
	static __always_inline int name##_body(void *context, struct pt_regs *regs, long second);            \
	SEC(section) int name(kind *context)                                                                  \
	{                                                                                                     \
		struct pt_regs *regs = registers;                                                             \
                                                                                                              \
		return regs ? name##_body(context, regs, value) : 0;                                          \
	}                                                                                                     \
	static __always_inline int name##_body(void *context, struct pt_regs *regs, long second)

#if defined(BEFORE_5_12) || defined(EDGES_BY_KPROBE)

/* Their pointers are numbers, so the registers are copied. */
#define REGISTERS_SIZE 256 /* struct pt_regs has 168 */

struct registers {
	__u8 bytes[REGISTERS_SIZE];
};

/* Nothing interrupts such a program at the edge of a system call by another one. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct registers);
} registers SEC(".maps");

static __always_inline struct pt_regs *copied_registers(__u64 from)
{
	__u32 zero = 0;
	struct registers *copy = bpf_map_lookup_elem(&registers, &zero);

	if (copy)
		bpf_probe_read_kernel(copy, bpf_core_type_size(struct pt_regs) & (REGISTERS_SIZE - 1), (void *)from);
	return (void *)copy;
}

#endif

#if defined(BEFORE_5_12)

/* Raw tracepoints need no types of the kernel's own: this build also runs where the kernel does not
 * show them (collector/btf.py). */
#define TRACEPOINT(name, target, arguments...) SEC("raw_tp/" #target) int BPF_PROG(name, ##arguments)

#define SYSCALL_ENTRY(name) \
	SYSCALL_PROGRAM("raw_tp/sys_enter", name, __u64, copied_registers(context[0]), number, context[1])
#define SYSCALL_EXIT(name) \
	SYSCALL_PROGRAM("raw_tp/sys_exit", name, __u64, copied_registers(context[0]), result, context[1])

#elif defined(EDGES_BY_KPROBE)

#define TRACEPOINT(name, target, arguments...) SEC("tp_btf/" #target) int BPF_PROG(name, ##arguments)

/* From 7.0 on a program at a tracepoint may be preempted, and is skipped for every other task of its
 * CPU until it goes on. That of a kprobe is not. These functions call the tracepoints
 * (kernel/entry/syscall-common.c, 7.0), for tasks that are to be traced: edges.bpf.c. */
#define SYSCALL_ENTRY(name)                                                                                \
	SYSCALL_PROGRAM("kprobe/trace_syscall_enter", name, struct pt_regs, copied_registers(PT_REGS_PARM1(context)), \
			number, PT_REGS_PARM2(context))
#define SYSCALL_EXIT(name)                                                                                 \
	SYSCALL_PROGRAM("kprobe/trace_syscall_exit", name, struct pt_regs, copied_registers(PT_REGS_PARM1(context)), \
			result, PT_REGS_PARM2(context))

#else

#define TRACEPOINT(name, target, arguments...) SEC("tp_btf/" #target) int BPF_PROG(name, ##arguments)

#define SYSCALL_ENTRY(name) \
	SYSCALL_PROGRAM("tp_btf/sys_enter", name, __u64, (struct pt_regs *)context[0], number, context[1])
#define SYSCALL_EXIT(name) \
	SYSCALL_PROGRAM("tp_btf/sys_exit", name, __u64, (struct pt_regs *)context[0], result, context[1])

#endif
#endif
