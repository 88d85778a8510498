// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The collector's own process id as the kernel's programs see it: in a pid namespace, getpid() tells
 * another one, which may be somebody else's here. Run once (BPF_PROG_TEST_RUN, of raw tracepoints
 * since 5.10), never attached. */
#include "kernel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("raw_tp/sys_enter")
int host_tgid(void *context)
{
	return bpf_get_current_pid_tgid() >> 32;
}
