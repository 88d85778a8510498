/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_REGISTERS_H
#define TRACEWIRE_REGISTERS_H

#include "kernel.h"

/* What a system call was called with, by whichever of the two tables its number is from. A 64-bit program
 * makes 32-bit calls by `int $0x80`, too. */

#define REGISTERS 6
#define FIRST_32_BIT 512 /* i386 numbers stand from here on: x86_64 uses none of these */
#define NR_32_SOCKETCALL 102
#define NR_32_OLD_MMAP 90

/* The number of the current system call, among those of both tables. */
static __always_inline int call_number(const struct pt_regs *regs)
{
	return regs->orig_ax + (is_32_bit(current_task()) ? FIRST_32_BIT : 0);
}

static __always_inline void read_registers(__u64 *into, const struct pt_regs *regs, bool is_32_bit)
{
	if (is_32_bit) {
		/* arch/x86/include/asm/syscall_wrapper.h, SC_IA32_REGS_TO_ARGS; the upper halves
		 * are what a 64-bit program left there. */
		into[0] = (__u32)regs->bx;
		into[1] = (__u32)regs->cx;
		into[2] = (__u32)regs->dx;
		into[3] = (__u32)regs->si;
		into[4] = (__u32)regs->di;
		into[5] = (__u32)regs->bp;
		return;
	}
	into[0] = regs->di;
	into[1] = regs->si;
	into[2] = regs->dx;
	into[3] = regs->r10;
	into[4] = regs->r8;
	into[5] = regs->r9;
}

/* Two calls of 32-bit programs are given the address of their arguments, at most six. False: that cannot be
 * read. */
static __always_inline bool read_block(__u64 *into, __u64 from, __u32 count)
{
	__u32 words[8] = {};

	forget(count);
	if (bpf_probe_read_user(words, (count & 7) * sizeof(__u32), (void *)from))
		return false;
	for (int i = 0; i < REGISTERS; i++)
		into[i] = words[i];
	return true;
}

#endif
