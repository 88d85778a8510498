/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_EXEC_H
#define TRACEWIRE_EXEC_H

#include "credentials.h"
#include "memory.h"

#define ARGUMENTS_SIZE (12 * 1024) /* of argv, and of the environment */
#define AUXV_WORDS 46 /* AT_VECTOR_SIZE of x86_64 is 2 * (20 + 2 + 1), and grows */
#define AT_BASE 7

/* Where the ELF interpreter was loaded, 0 for a static program: the kernel's copy of the
 * auxiliary vector says so. */
static __always_inline __u64 interpreter_base(struct mm_struct *mm)
{
	for (int i = 0; i < AUXV_WORDS; i += 2) {
		__u64 pair[2] = {};

		bpf_probe_read_kernel(pair, sizeof(pair),
				      (void *)mm + bpf_core_field_offset(struct mm_struct, saved_auxv) + i * 8);
		if (pair[0] == AT_BASE)
			return pair[1];
		if (!pair[0])
			break;
	}
	return 0;
}

static __always_inline void argument_interpreter(struct scratch *s, __u32 slot, struct mm_struct *mm)
{
	__u64 base = interpreter_base(mm);
	struct found_mapping mapping = {};
	struct file *file;

	if (base)
		find_mapping(&mapping, base);
	file = (void *)mapping.file;
	if (base && !mapping.found) { /* there is one, and the kernel was busy with the map */
		argument_nil(s);
		argument_nil(s);
		argument_nil(s);
		argument_nil(s);
		return;
	}
	if (!file) {
		argument_empty(s);
		argument_unsigned(s, 0);
		argument_unsigned(s, 0);
		argument_unsigned(s, 0);
		return;
	}
	argument_mapped_file(s, slot, file);
}

static __always_inline void argument_stdin(struct scratch *s, __u32 slot, struct task_struct *task)
{
	struct file *file = file_of_descriptor(task, 0);

	if (!file) {
		argument_nil(s);
		argument_nil(s);
		return;
	}
	argument_unsigned(s, BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT);
	walk_begin(s, BPF_CORE_READ(file, f_path.dentry), BPF_CORE_READ(file, f_path.mnt));
	argument_end(s, put_walked_path(slot));
}

static __always_inline void argument_terminal(struct scratch *s, struct task_struct *task)
{
	struct tty_struct *terminal = BPF_CORE_READ(task, signal, tty);

	if (!terminal)
		return argument_empty(s);
	argument_end(s, put_kernel_string(s, (void *)terminal + bpf_core_field_offset(struct tty_struct, name), 64) == 63);
}

struct comm {
	char text[16];
};

/* What a thread was called before its last change of name, which exec is the last to make
 * before it tells of itself. */
TASK_MAP(struct comm, previous_comms);

/* The new program's arguments lie in memory that no other thread shares: exec has ended them. */
static __always_inline void put_exec(struct scratch *s, __u32 slot, struct task_struct *task, struct linux_binprm *binary)
{
	struct event_table *table = wanted_at(wanted_index(s->event));
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	struct fs_struct *directories = BPF_CORE_READ(task, fs);
	struct file *file = BPF_CORE_READ(binary, file);
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct comm *previous = task_value(previous_comms, task);
	/* `path` is free again at the end; the stack has no room for 88 bytes. */
	struct credentials *credentials = (void *)s->path;

	argument_kernel_string(s, BPF_CORE_READ(binary, filename));
	walk_begin(s, BPF_CORE_READ(file, f_path.dentry), BPF_CORE_READ(file, f_path.mnt));
	argument_end(s, put_walked_path(slot));
	argument_inode(s, inode);
	argument_unsigned(s, BPF_CORE_READ(inode, i_mode));
	argument_interpreter(s, slot, mm);
	argument_end(s, put_user_block(s, BPF_CORE_READ(mm, arg_start), BPF_CORE_READ(mm, arg_end), ARGUMENTS_SIZE));
	argument_kernel_string(s, BPF_CORE_READ(binary, interp));
	argument_stdin(s, slot, task);
	argument_boolean(s, BPF_CORE_READ(task, real_parent, flags) & PF_KTHREAD);
	if (previous)
		argument_kernel_string(s, previous->text);
	else
		argument_nil(s);
	if (table && table->options & EVENT_WITH_REQUESTED)
		argument_end(s, put_user_block(s, BPF_CORE_READ(mm, env_start), BPF_CORE_READ(mm, env_end), ARGUMENTS_SIZE));
	else
		argument_nil(s);
	argument_path(s, slot, &directories->pwd);
	argument_terminal(s, task);
	argument_boolean(s, is_memfd(file));
	argument_boolean(s, upper_layer(inode) != NULL);
	read_credentials(credentials, task);
	argument_credentials(s, credentials);
}

#endif
