/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Generated from tracewire/catalogue by `make docs`; do not edit. */
#ifndef TRACEWIRE_SAME_CALLS_H
#define TRACEWIRE_SAME_CALLS_H

/* By i386 number, that of the x86_64 call that does the same; 0: none of any event. */
static const __u16 same_calls[512] = {
	[1] = 60, /* exit */
	[5] = 2, /* open */
	[8] = 85, /* creat */
	[9] = 86, /* link */
	[10] = 87, /* unlink */
	[11] = 59, /* execve */
	[15] = 90, /* chmod */
	[21] = 165, /* mount */
	[23] = 105, /* setuid */
	[26] = 101, /* ptrace */
	[38] = 82, /* rename */
	[39] = 83, /* mkdir */
	[41] = 32, /* dup */
	[46] = 106, /* setgid */
	[63] = 33, /* dup2 */
	[70] = 113, /* setreuid */
	[71] = 114, /* setregid */
	[81] = 116, /* setgroups */
	[83] = 88, /* symlink */
	[90] = 9, /* mmap */
	[94] = 91, /* fchmod */
	[125] = 10, /* mprotect */
	[128] = 175, /* init_module */
	[138] = 122, /* setfsuid */
	[139] = 123, /* setfsgid */
	[164] = 117, /* setresuid */
	[170] = 119, /* setresgid */
	[172] = 157, /* prctl */
	[185] = 126, /* capset */
	[192] = 9, /* mmap */
	[203] = 113, /* setreuid */
	[204] = 114, /* setregid */
	[206] = 116, /* setgroups */
	[208] = 117, /* setresuid */
	[210] = 119, /* setresgid */
	[213] = 105, /* setuid */
	[214] = 106, /* setgid */
	[215] = 122, /* setfsuid */
	[216] = 123, /* setfsgid */
	[252] = 231, /* exit_group */
	[295] = 257, /* openat */
	[296] = 258, /* mkdirat */
	[301] = 263, /* unlinkat */
	[302] = 264, /* renameat */
	[303] = 265, /* linkat */
	[304] = 266, /* symlinkat */
	[306] = 268, /* fchmodat */
	[310] = 272, /* unshare */
	[330] = 292, /* dup3 */
	[345] = 307, /* sendmmsg */
	[346] = 308, /* setns */
	[348] = 311, /* process_vm_writev */
	[350] = 313, /* finit_module */
	[353] = 316, /* renameat2 */
	[356] = 319, /* memfd_create */
	[357] = 321, /* bpf */
	[358] = 322, /* execveat */
	[359] = 41, /* socket */
	[361] = 49, /* bind */
	[362] = 42, /* connect */
	[363] = 50, /* listen */
	[364] = 288, /* accept4 */
	[369] = 44, /* sendto */
	[370] = 46, /* sendmsg */
	[380] = 329, /* pkey_mprotect */
	[437] = 437, /* openat2 */
	[452] = 452, /* fchmodat2 */
};

/* Whether the call, counted from FIRST_32_BIT on, is given ids of 16 bits. */
static __always_inline bool has_short_ids(__u32 number)
{
	switch (number) {
	case 535: /* setuid */
	case 558: /* setgid */
	case 582: /* setreuid */
	case 583: /* setregid */
	case 593: /* setgroups */
	case 650: /* setfsuid */
	case 651: /* setfsgid */
	case 676: /* setresuid */
	case 682: /* setresgid */
		return true;
	default:
		return false;
	}
}

#endif
