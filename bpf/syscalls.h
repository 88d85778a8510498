/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_SYSCALLS_H
#define TRACEWIRE_SYSCALLS_H

/* x86_64: arch/x86/entry/syscalls/syscall_64.tbl */
#define NR_OPEN 2
#define NR_CREAT 85
#define NR_UNLINK 87
#define NR_RENAME 82
#define NR_SYMLINK 88
#define NR_CHMOD 90
#define NR_FCHMOD 91
#define NR_EXECVE 59
#define NR_EXECVEAT 322
#define NR_RENAMEAT2 316
#define NR_SETUID 105
#define NR_SETGID 106
#define NR_SETREUID 113
#define NR_SETREGID 114
#define NR_SETRESUID 117
#define NR_SETRESGID 119
#define NR_SETFSUID 122
#define NR_SETFSGID 123
#define NR_SENDTO 44
#define NR_OPENAT 257
#define NR_OPENAT2 437
#define NR_MKDIR 83
#define NR_LINK 86
#define NR_MKDIRAT 258
#define NR_UNLINKAT 263
#define NR_LINKAT 265
#define NR_SYMLINKAT 266
#define NR_IO_URING_ENTER 426

/* i386: arch/x86/entry/syscalls/syscall_32.tbl, from FIRST_32_BIT on */
#define NR_32_EXECVE (512 + 11)

#endif
