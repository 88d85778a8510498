/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_CONTAINER_H
#define TRACEWIRE_CONTAINER_H

#include "path.h"

/* Which container a task is in, and how far that one has come. The kernel knows no containers;
 * their runtimes name a cgroup after each of them. */

#define CONTAINER_ID_LENGTH 64
#define CGROUP_NAME_SIZE 128
#define CGROUP_LEVELS 8
#define PF_FORKNOEXEC 0x00000040 /* include/linux/sched.h: forked, and has not executed anything yet */

/* clang knows the bounds and drops the mask that tells the verifier. */
#define hide_bounds(value) asm volatile("" : "+r"(value))

#define EACH_BYTE(byte) ((byte) * 0x0101010101010101ULL)

/* Whether each of eight characters is one of 0-9 and a-f. By arithmetic that sets a byte's upper
 * bit where it is at least '0', beyond '9' and so on: a loop over 64 characters costs the verifier
 * a hundredth of a second in each of 50 programs. */
static __always_inline bool is_lower_hex(__u64 eight)
{
	__u64 digit = (eight + EACH_BYTE(0x80 - '0')) & ~(eight + EACH_BYTE(0x7f - '9'));
	__u64 letter = (eight + EACH_BYTE(0x80 - 'a')) & ~(eight + EACH_BYTE(0x7f - 'f'));

	if (eight & EACH_BYTE(0x80)) /* it would carry into the next */
		return false;
	return ((digit | letter) & EACH_BYTE(0x80)) == EACH_BYTE(0x80);
}

/* Whether S->path holds a name that a runtime gives to a container's cgroup: the id alone, or as
 * systemd needs it. The same list as in tracewire/containers.py. A name that merely looks alike
 * must not hide the right one further up: whoever may create cgroups in a container could
 * otherwise seem to be on the host. Global: verified once. */
__noinline int is_container_name(__u32 slot, __u32 length)
{
	struct scratch *s = scratch_at(slot);
	__u32 start, end = length - 6;

	if (!s || length < CONTAINER_ID_LENGTH || length >= CGROUP_NAME_SIZE)
		return 0;
	hide_bounds(end);
	if (begins_with((const char *)&s->path[end & (CGROUP_NAME_SIZE - 1)], ".scope"))
		length -= 6;
	if (length < CONTAINER_ID_LENGTH)
		return 0;
	start = length - CONTAINER_ID_LENGTH;
	if (!(start == 0 || (start == 5 && begins_with((const char *)s->path, "crio-")) ||
	      (start == 7 && (begins_with((const char *)s->path, "docker-") ||
			      begins_with((const char *)s->path, "libpod-"))) ||
	      (start == 15 && begins_with((const char *)s->path, "cri-cont") &&
	       begins_with((const char *)&s->path[8], "ainerd-"))))
		return 0;
	for (__u32 i = 0; i < CONTAINER_ID_LENGTH; i += sizeof(__u64)) {
		__u32 at = start + i;

		hide_bounds(at);
		if (!is_lower_hex(*(__u64 *)&s->path[at & (CGROUP_NAME_SIZE - 1)]))
			return 0;
	}
	return 1;
}

/* The name of the innermost cgroup of this hierarchy that is named after a container, written as
 * `bin`. Returns 0 if there is none. Innermost: a container's own cgroups (systemd's, CRI-O's
 * /container) lie below it, and a container that runs in another one is the one to name. */
static __always_inline int put_cgroup(struct scratch *s, __u32 slot, struct cgroup *cgroup)
{
	for (int i = 0; i < CGROUP_LEVELS && cgroup; i++) {
		const char *name = BPF_CORE_READ(cgroup, kn, name);
		/* Into `path`, where no walk goes on: the stack is 512 bytes for all frames together. */
		long size = bpf_probe_read_kernel_str(s->path, CGROUP_NAME_SIZE, name);

		if (size > CONTAINER_ID_LENGTH && is_container_name(slot, size - 1)) {
			put_short_bytes(s, name, size - 1);
			return 1;
		}
		/* `self` is the first member of struct cgroup: its parent's address is the cgroup's. */
		cgroup = (void *)BPF_CORE_READ(cgroup, self.parent);
	}
	return 0;
}

/* cgroup v2 first; where the runtime uses v1, one of the hierarchies that all of them use.
 * Returns 0 on the host, and writes nil. Global: verified once. */
__noinline int put_container(__u32 slot)
{
	struct scratch *s = scratch_at(slot);
	struct task_struct *task = current_task();
	struct cgroup_subsys_state *state = NULL;
	struct css_set *set;

	if (!s)
		return 0;
	set = BPF_CORE_READ(task, cgroups);
	if (put_cgroup(s, slot, BPF_CORE_READ(set, dfl_cgrp)))
		return 1;
	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, memory_cgrp_id)) {
		__u32 id = bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id);

		bpf_probe_read_kernel(&state, sizeof(state), (void *)set +
				      bpf_core_field_offset(struct css_set, subsys) + (id & 15) * sizeof(void *));
		if (state && put_cgroup(s, slot, BPF_CORE_READ(state, cgroup)))
			return 1;
	}
	put_nil(s);
	return 0;
}

/* Whether the container's entry process has been executed, rather than forked by the runtime and
 * still setting the container up (runc's and crun's `init`): the first process of the container's
 * pid namespace has executed something since it was forked. Level 1, the namespace right below
 * the host's: a process can put itself into a new one of its own, whose first process has not
 * executed anything, but not change this one's. A container in the host's pid namespace counts
 * as started. */
static __always_inline bool container_is_started(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	struct upid first = {};

	if (!BPF_CORE_READ(pid, level))
		return true;
	bpf_probe_read_kernel(&first, sizeof(first), (void *)pid + bpf_core_field_offset(struct pid, numbers) +
			      bpf_core_type_size(struct upid));
	return !(BPF_CORE_READ(first.ns, child_reaper, flags) & PF_FORKNOEXEC);
}

#endif
