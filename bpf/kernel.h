/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_KERNEL_H
#define TRACEWIRE_KERNEL_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_endian.h>
#include "catalogue.h"

/* Macros of kernel headers, which BTF does not hold. */
#define PAGE_SIZE 4096
#define PATH_MAX 4096
#define NAME_MAX 255
#define S_IFMT 0170000
#define S_IFDIR 0040000
#define S_IFSOCK 0140000
#define FMODE_OPENED 0x80000 /* include/linux/fs.h, since 4.19 */
#define EFAULT 14
#define ENAMETOOLONG 36
#define OVERLAYFS_SUPER_MAGIC 0x794c7630
#define PF_IO_WORKER 0x10 /* include/linux/sched.h: io_uring's, and its submission threads (5.12) */
#define PF_KTHREAD 0x00200000
#define TS_COMPAT 0x0002 /* arch/x86/include/asm/thread_info.h: a 32-bit system call */
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10

extern int LINUX_KERNEL_VERSION __kconfig;

#include "tracepoint.h"

#undef barrier
#define barrier() asm volatile("" ::: "memory")

/* clang forgets what it knows of a number, and so keeps the mask by which older verifiers know it. */
#define forget(number) asm volatile("" : "+r"(number))

/* clang drops an unused argument of a global function, and the verifier then finds no scalar
 * where the function's BTF promises one. */
#define keep_argument(argument) asm volatile("" ::"r"(argument))

/* Tracing ourselves would feed the trace. Set before load. */
const volatile __u32 own_tgid = 0;

/* Where there is none, libbpf looks for it in modules, which takes CAP_SYS_ADMIN: not even a weak reference
 * to it may be in what runs before 6.2. */
extern void *bpf_rdonly_cast(const void *object, __u32 btf_id) __ksym __weak;

/* Typed loads instead of a helper call per pointer: a few ns instead of about 20. */
static __always_inline bool can_cast(void)
{
#if defined(BEFORE_5_12) || defined(BEFORE_6_2) /* nor where the kernel does not show its types */
	return false;
#else
	return true;
#endif
}

#define cast(type, pointer) ((type *)bpf_rdonly_cast((void *)(pointer), bpf_core_type_id_kernel(type)))

/* 6.13 split the change time's seconds from its nanoseconds; bit 31 of the latter is a flag
 * of multigrain timestamps (4e40eff0b573). 6.6 renamed i_ctime to __i_ctime (13bc24457850). */
struct inode___split {
	time64_t i_ctime_sec;
	__u32 i_ctime_nsec;
} __attribute__((preserve_access_index));

struct inode___renamed {
	struct timespec64 __i_ctime;
} __attribute__((preserve_access_index));

struct inode___plain {
	struct timespec64 i_ctime;
} __attribute__((preserve_access_index));

/* Not inlined: clang would move the offsets of all three before the choice between them, and
 * where one does not exist the program is refused. */
static __noinline __attribute__((unused)) __u64 inode_ctime(const struct inode *inode)
{
	const struct inode___split *split = (const void *)inode;
	const struct inode___renamed *renamed = (const void *)inode;
	const struct inode___plain *plain = (const void *)inode;

	if (bpf_core_field_exists(split->i_ctime_sec))
		return (__u64)BPF_CORE_READ(split, i_ctime_sec) * 1000000000 +
		       (BPF_CORE_READ(split, i_ctime_nsec) & 0x7fffffff);
	if (bpf_core_field_exists(renamed->__i_ctime))
		return (__u64)BPF_CORE_READ(renamed, __i_ctime.tv_sec) * 1000000000 +
		       BPF_CORE_READ(renamed, __i_ctime.tv_nsec);
	return (__u64)BPF_CORE_READ(plain, i_ctime.tv_sec) * 1000000000 + BPF_CORE_READ(plain, i_ctime.tv_nsec);
}

/* A device number as stat(2) shows it, not as the kernel keeps it (new_encode_dev). */
static __always_inline __u32 device_number(__u32 dev)
{
	__u32 major = dev >> 20, minor = dev & 0xfffff;

	return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
}

/* A 32-bit call has other numbers: what it is called with means something else. */
static __always_inline bool is_32_bit(struct task_struct *task)
{
	return task_read(task, thread_info.status) & TS_COMPAT;
}

/* For short literals; clang makes a call of memcmp of anything longer than eight bytes. */
#define begins_with(text, literal)                                      \
	({                                                              \
		bool same_ = true;                                      \
		_Pragma("unroll") for (int i_ = 0; i_ < sizeof(literal) - 1; i_++) \
			same_ &= (text)[i_] == (literal)[i_];           \
		same_;                                                  \
	})

#endif
