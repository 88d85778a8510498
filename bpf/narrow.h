/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_NARROW_H
#define TRACEWIRE_NARROW_H

#include "registers.h"
#include "same_calls.h"

/* 32-bit calls, as those of x86_64 that do the same. A 64-bit program can make them too, by `int $0x80`:
 * what only looked at x86_64 numbers could be evaded by that. */

/* include/uapi/linux/net.h: what socketcall does, as x86_64 calls of their own; `send` is sendto without
 * an address. */
static const struct {
	__u16 syscall; /* 0: nothing that is looked at */
	__u16 arguments;
} socketcalls[32] = {
	[1] = { 41, 3 }, /* socket */
	[2] = { 49, 3 }, /* bind */
	[3] = { 42, 3 }, /* connect */
	[4] = { 50, 2 }, /* listen */
	[5] = { 43, 3 }, /* accept */
	[9] = { 44, 4 }, /* send */
	[11] = { 44, 6 }, /* sendto */
	[16] = { 46, 3 }, /* sendmsg */
	[18] = { 288, 4 }, /* accept4 */
	[20] = { 307, 4 }, /* sendmmsg */
};

/* The x86_64 number of the call that does the same as the 32-bit call NUMBER; 0, which is read(), for those
 * that nothing but bpf/call.h looks at. */
static __always_inline __u32 same_call(const struct pt_regs *regs, __u64 number)
{
	if (number >= FIRST_32_BIT)
		return 0;
	if (number == NR_32_SOCKETCALL) {
		__u32 which = regs->bx;

		return which < 32 ? socketcalls[which].syscall : 0;
	}
	return same_calls[number];
}

/* The arguments of a socketcall, from the memory of the caller. */
static __always_inline void read_socketcall(__u64 *into, const struct pt_regs *regs)
{
	__u32 which = regs->bx;

	for (int i = 0; i < REGISTERS; i++)
		into[i] = 0;
	if (which < 32)
		read_block(into, (__u32)regs->cx, socketcalls[which].arguments);
}

#endif
