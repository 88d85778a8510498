// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Events of processes: their life, their credentials, and what they do to each other. */
#include "credentials.h"
#include "exec.h"
#include "memory.h"
#include "same_calls.h"
#include "syscalls.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline void argument_task(struct scratch *s, struct task_struct *task)
{
	struct signal_struct *signal = BPF_CORE_READ(task, signal);

	argument_unsigned(s, BPF_CORE_READ(task, pid));
	argument_unsigned(s, innermost_pid(BPF_CORE_READ(task, thread_pid)).nr);
	argument_unsigned(s, BPF_CORE_READ(task, tgid));
	argument_unsigned(s, innermost_pid(BPF_CORE_READ(signal, pids[PIDTYPE_TGID])).nr);
	argument_unsigned(s, BPF_CORE_READ(task, start_boottime));
}

TRACEPOINT(sched_process_fork, sched_process_fork, struct task_struct *parent, struct task_struct *child)
{
	__u32 slot = event_begin(EVENT_SCHED_PROCESS_FORK, ARGUMENTS_SCHED_PROCESS_FORK, current_syscall(), 0);
	struct scratch *s = scratch_at(slot);

	if (!s)
		return 0;
	argument_task(s, parent);
	argument_task(s, child);
	argument_task(s, BPF_CORE_READ(parent, group_leader));
	argument_task(s, BPF_CORE_READ(child, group_leader));
	event_send(slot);
	return 0;
}

TRACEPOINT(task_rename, task_rename, struct task_struct *task, const char *comm)
{
	struct comm *previous = task_value_made(previous_comms, task);

	if (previous)
		bpf_probe_read_kernel_str(previous->text, sizeof(previous->text), &task->comm);
	return 0;
}

/* Which exec it is. By then the kernel says execve, by the table of the program that now runs: what
 * it was is known where an event has its beginning looked at; else only a path that is relative to a
 * descriptor tells, and of 32-bit programs nothing. */
static __always_inline int executing_call(const struct linux_binprm *binary)
{
	struct record *record = current_record();

	if (record && is_exec(record->syscall))
		return record->number;
	if (is_32_bit(current_task()))
		return -1;
	return BPF_CORE_READ(binary, fdpath) ? NR_EXECVEAT : current_syscall();
}

TRACEPOINT(sched_process_exec, sched_process_exec, struct task_struct *task, pid_t old_pid, struct linux_binprm *binary)
{
	int syscall = executing_call(binary);
	struct file *file = BPF_CORE_READ(binary, file);
	struct decision decision;
	struct scratch *s;
	__u32 slot;

	if (!decide(&decision, EVENT_SCHED_PROCESS_EXEC))
		return 0;
	decide_by_path(&decision, BPF_CORE_READ(file, f_path.dentry), BPF_CORE_READ(file, f_path.mnt));
	slot = event_begin_decided(&decision, ARGUMENTS_SCHED_PROCESS_EXEC, syscall, 0);
	s = scratch_at(slot);
	if (!s)
		return 0;
	put_exec(s, slot, task, binary);
	event_send(slot);
	return 0;
}

/* RACY: whether LAST may be wrong. */
static __always_inline void exit_event(struct task_struct *task, bool last, bool racy)
{
	__u32 slot = event_begin(EVENT_SCHED_PROCESS_EXIT, ARGUMENTS_SCHED_PROCESS_EXIT, current_syscall(), 0);
	struct scratch *s = scratch_at(slot);
	__u32 code;

	if (!s)
		return;
	code = BPF_CORE_READ(task, exit_code);
	argument_unsigned(s, code >> 8 & 0xff);
	argument_unsigned(s, code & 0x7f);
	if (racy)
		mark_racy(s);
	argument_boolean(s, last);
	event_send(slot);
}

/* Where the tracepoint says whether it is the last thread, it fires before the process gives up its
 * memory, from which program and arguments are read. */
TRACEPOINT(sched_process_exit, sched_process_exit, struct task_struct *task, bool last)
{
	exit_event(task, last, false);
	return 0;
}

/* On other kernels it fires after that, and what the process was has been kept by those two below.
 * Threads that end at once have all been counted out by then: which one was the last is not known. */
TRACEPOINT(sched_process_exit_late, sched_process_exit, struct task_struct *task)
{
	bool last = BPF_CORE_READ(task, signal, live.counter) == 0;

	exit_event(task, last, last && BPF_CORE_READ(task, signal, nr_threads) > 1);
	return 0;
}

/* exit, exit_group */
SYSCALL_ENTRY(enter_exit)
{
	keep_image();
	return 0;
}

/* All threads of a process that is ended are told so by SIGKILL. */
TRACEPOINT(signal_deliver, signal_deliver, int signal, struct kernel_siginfo *info, struct k_sigaction *action)
{
	if (!BPF_CORE_READ(action, sa.sa_handler)) /* SIG_DFL */
		keep_image();
	return 0;
}

/* System calls whose registers are all there is to know. They are the same at exit as at
 * entry: pt_regs keeps them. */
SYSCALL_EXIT(exit_ptrace)
{
	__u32 slot = event_begin(EVENT_PTRACE, ARGUMENTS_PTRACE, call_number(regs), result);
	struct scratch *s = scratch_at(slot);
	__u64 given[REGISTERS];

	if (!s)
		return 0;
	read_registers(given, regs, is_32_bit(current_task()));
	argument_unsigned(s, given[0]);
	argument_signed(s, (__s32)given[1]);
	argument_unsigned(s, given[2]);
	argument_unsigned(s, given[3]);
	event_send(slot);
	return 0;
}

SYSCALL_EXIT(exit_process_vm_writev)
{
	__u32 slot = event_begin(EVENT_PROCESS_VM_WRITEV, ARGUMENTS_PROCESS_VM_WRITEV, call_number(regs), result);
	struct scratch *s = scratch_at(slot);
	__u64 given[REGISTERS];

	if (!s)
		return 0;
	read_registers(given, regs, is_32_bit(current_task()));
	argument_signed(s, (__s32)given[0]);
	/* Not a loop: the verifiers before 6.12 find a back-edge in it. */
	argument_unsigned(s, given[1]);
	argument_unsigned(s, given[2]);
	argument_unsigned(s, given[3]);
	argument_unsigned(s, given[4]);
	argument_unsigned(s, given[5]);
	event_send(slot);
	return 0;
}

/* A user or group id; -1 leaves one as it is. */
static __always_inline void argument_id(struct scratch *s, __u32 id)
{
	argument_signed(s, id == (__u32)-1 ? -1 : (__s64)id);
}

static __always_inline void argument_given_id(struct scratch *s, __u64 given, int number)
{
	if (has_short_ids(number))
		given = (__u16)given == (__u16)-1 ? -1 : (__u16)given;
	argument_id(s, given);
}

/* Not inlined: until 6.13 the frames of all functions that are active share 512 bytes. */
static __noinline int ids_event(struct pt_regs *regs, __u32 event, __u32 ids, long result)
{
	int number = call_number(regs);
	__u32 slot = event_begin(event, ids, number, result);
	struct scratch *s = scratch_at(slot);
	bool is_narrow = number >= FIRST_32_BIT;

	if (!s)
		return 0;
	argument_given_id(s, is_narrow ? regs->bx : regs->di, number);
	if (ids > 1)
		argument_given_id(s, is_narrow ? regs->cx : regs->si, number);
	if (ids > 2)
		argument_given_id(s, regs->dx, number);
	event_send(slot);
	return 0;
}

/* All of them in one program: the verifier reads everything that a program calls once more
 * for each program, and what ends here is the same for all. */
SYSCALL_EXIT(exit_ids)
{
	__u32 number = call_number(regs), event, ids;

	if (number >= 2 * FIRST_32_BIT)
		return 0;

	switch (number < FIRST_32_BIT ? number : same_calls[number - FIRST_32_BIT]) {
	case NR_SETUID:
		event = EVENT_SETUID, ids = ARGUMENTS_SETUID;
		break;
	case NR_SETGID:
		event = EVENT_SETGID, ids = ARGUMENTS_SETGID;
		break;
	case NR_SETREUID:
		event = EVENT_SETREUID, ids = ARGUMENTS_SETREUID;
		break;
	case NR_SETREGID:
		event = EVENT_SETREGID, ids = ARGUMENTS_SETREGID;
		break;
	case NR_SETRESUID:
		event = EVENT_SETRESUID, ids = ARGUMENTS_SETRESUID;
		break;
	case NR_SETRESGID:
		event = EVENT_SETRESGID, ids = ARGUMENTS_SETRESGID;
		break;
	case NR_SETFSUID:
		event = EVENT_SETFSUID, ids = ARGUMENTS_SETFSUID;
		break;
	case NR_SETFSGID:
		event = EVENT_SETFSGID, ids = ARGUMENTS_SETFSGID;
		break;
	default:
		return 0;
	}
	ids_event(regs, event, ids, result);
	credentials_event(call_number(regs), result);
	return 0;
}

/* setgroups, capset, prctl, execve, execveat */
SYSCALL_EXIT(exit_credentials)
{
	credentials_event(call_number(regs), result);
	return 0;
}

SYSCALL_ENTRY(enter_credentials)
{
	struct record *record = current_record();

	if (record)
		read_credentials(&record->credentials, current_task());
	return 0;
}

/* Functions of their own, so that nothing of theirs is on the stack below `credentials_event`. */
__noinline int unshare_event(int syscall, __s64 result, __u32 flags)
{
	__u32 slot = event_begin(EVENT_UNSHARE, ARGUMENTS_UNSHARE, syscall, result);
	struct scratch *s = scratch_at(slot);

	if (!s)
		return 0;
	argument_unsigned(s, flags);
	event_send(slot);
	return 0;
}

__noinline int setns_event(int syscall, __s64 result, int descriptor, __u32 type)
{
	__u32 slot = event_begin(EVENT_SETNS, ARGUMENTS_SETNS, syscall, result);
	struct scratch *s = scratch_at(slot);

	if (!s)
		return 0;
	argument_signed(s, descriptor);
	argument_unsigned(s, type);
	event_send(slot);
	return 0;
}

SYSCALL_EXIT(exit_unshare)
{
	unshare_event(call_number(regs), result, is_32_bit(current_task()) ? regs->bx : regs->di);
	credentials_event(call_number(regs), result);
	return 0;
}

SYSCALL_EXIT(exit_setns)
{
	bool is_narrow = is_32_bit(current_task());

	setns_event(call_number(regs), result, is_narrow ? regs->bx : regs->di, is_narrow ? regs->cx : regs->si);
	credentials_event(call_number(regs), result);
	return 0;
}

SYSCALL_ENTRY(enter_mprotect)
{
	struct record *record = current_record();

	/* Only what becomes executable is judged, and for that the protection before counts. */
	if (record && record->arguments[2] & PROT_EXEC)
		record->previous_protection = protection_at(record->arguments[0]);
	return 0;
}

SYSCALL_EXIT(exit_mprotect)
{
	struct record *record = take_record(call_number(regs));

	if (record && record->arguments[2] & (PROT_EXEC | PROT_WRITE) && result == 0)
		mprotect_event(record, result);
	return 0;
}

/* Whether another task could have unmapped what this one has just mapped. One that has shared the
 * memory and ended since needs time for both, which only the filling of pages gives it. */
static __always_inline bool may_have_been_replaced(__u64 flags)
{
	struct mm_struct *mm = task_read(current_task(), mm);

	return BPF_CORE_READ(mm, mm_users.counter) > 1 || flags & (MAP_POPULATE | MAP_LOCKED) ||
	       BPF_CORE_READ(mm, def_flags) & VM_LOCKED;
}

struct mapping_call {
	__u64 length, protection, flags;
	__u32 from_memory; /* a bit for each argument of the event that the caller's memory told */
};

/* What a mapping was asked for with: in registers, but for the first mmap that 32-bit programs had. There the
 * mapping itself says what it allows. */
static __always_inline void given_to_mmap(struct mapping_call *call, const struct pt_regs *regs, __u64 address)
{
	__u64 given[REGISTERS];
	int number = call_number(regs);

	call->from_memory = 0;
	read_registers(given, regs, number >= FIRST_32_BIT);
	if (number == FIRST_32_BIT + NR_32_OLD_MMAP) {
		if (!read_block(given, given[0], REGISTERS))
			given[1] = given[3] = 0;
		given[2] = protection_at(address);
		call->from_memory = 1 << MEM_PROT_ALERT_LEN;
	}
	call->length = given[1];
	call->protection = given[2];
	call->flags = given[3];
}

SYSCALL_EXIT(exit_mmap)
{
	struct mapping_call call;

	if (is_error(result))
		return 0;
	given_to_mmap(&call, regs, result);
	if ((call.protection & (PROT_WRITE | PROT_EXEC)) == (PROT_WRITE | PROT_EXEC))
		mapping_event(ALERT_MMAP, call_number(regs), result, result, call.length, call.protection, 0,
			      may_have_been_replaced(call.flags) ? MAPPED_FILE : 0, call.from_memory);
	return 0;
}
