// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The smallest object that keeps the loader's and the ring's promises: an event of id 2000
 * for each getpgid() of one process, and every other one decided against. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define NR_GETPGID 121 /* x86_64: arch/x86/entry/syscalls/syscall_64.tbl */
#define EVENT 2000
#define FIELDS 24
#define RECORD 256

const volatile __u32 watched_tgid = 0;
const volatile __u32 every_second_filtered = 0;

__u64 calls;

struct counts {
	__u64 generated, filtered, lost_ring, lost_scratch, lost_size, truncated;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2048);
	__type(key, __u32);
	__type(value, struct counts);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} notes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u32);
} handlers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
} ring SEC(".maps");

struct record {
	__u8 array[3];
	__u8 id[3];
	__u8 time_type;
	__u64 time; /* big-endian */
	__u8 zeros[17]; /* clauses to racy, of which none matters here */
	__u8 user;
	__u8 comm[2];
	__u8 image[5]; /* [nil, nil, nil, []] */
	__u8 cwd;
	__u8 args[6]; /* [uint32: the pid that getpgid was asked for] */
	__u8 tail[2];
	/* Up to the next record's header and over it: the tail's `bin` ends where that ends. */
} __attribute__((packed));

SEC("tp_btf/sys_enter")
int BPF_PROG(on_getpgid, struct pt_regs *regs, long number)
{
	__u32 key = EVENT, asked = regs->di;
	struct record record = {};
	struct counts *count;

	if (number != NR_GETPGID || bpf_get_current_pid_tgid() >> 32 != watched_tgid)
		return 0;
	__sync_fetch_and_add(&calls, 1);
	count = bpf_map_lookup_elem(&counts, &key);
	if (!count)
		return 0;
	count->generated++;
	if (every_second_filtered && (asked & 1)) {
		count->filtered++;
		return 0;
	}
	record.array[0] = 0xdc;
	record.array[2] = FIELDS;
	record.id[0] = 0xcd;
	record.id[1] = EVENT >> 8;
	record.id[2] = EVENT & 0xff;
	record.time_type = 0xcf;
	record.time = __builtin_bswap64(bpf_ktime_get_boot_ns());
	record.comm[0] = 0xc4; /* bin8 of length 0 */
	record.image[0] = 0x94;
	record.image[1] = record.image[2] = record.image[3] = 0xc0;
	record.image[4] = 0x90;
	record.cwd = 0xc0;
	record.args[0] = 0x91;
	record.args[1] = 0xce;
	record.args[2] = asked >> 24;
	record.args[3] = asked >> 16;
	record.args[4] = asked >> 8;
	record.args[5] = asked;
	record.tail[0] = 0xc4;
	record.tail[1] = (-sizeof(record) & 7) + 8;
	if (bpf_ringbuf_output(&ring, &record, sizeof(record), BPF_RB_NO_WAKEUP))
		count->lost_ring++;
	return 0;
}

/* A hook that no kernel has: what a refused program looks like. */
SEC("tp_btf/no_such_tracepoint")
int BPF_PROG(on_nothing)
{
	return 0;
}

/* Reads behind a map value: what the verifier refuses. */
SEC("tp_btf/sys_exit")
int BPF_PROG(reads_too_far, struct pt_regs *regs, long result)
{
	__u32 key = 0;
	__u64 *note = bpf_map_lookup_elem(&counts, &key);

	return note ? note[result & 0xff] : 0;
}

SEC("raw_tp/sys_enter")
int adds_up(__u64 *context)
{
	return context[0] + context[1];
}

SEC("cgroup/connect4")
int lets_connect(struct bpf_sock_addr *context)
{
	return 1;
}
