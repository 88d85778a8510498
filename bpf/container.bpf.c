// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Events of cgroups, which is all that the kernel knows of containers. */
#include "event.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline void cgroup_event(__u32 event, __u32 arguments, struct cgroup *cgroup, const char *path)
{
	__u32 slot = event_begin(event, arguments, current_syscall(), 0);
	struct scratch *s = scratch_at(slot);

	if (!s)
		return;
	argument_unsigned(s, BPF_CORE_READ(cgroup, kn, id));
	argument_kernel_string(s, path);
	argument_unsigned(s, BPF_CORE_READ(cgroup, root, hierarchy_id));
	event_send(slot);
}

TRACEPOINT(cgroup_mkdir, cgroup_mkdir, struct cgroup *cgroup, const char *path)
{
	cgroup_event(EVENT_CGROUP_MKDIR, ARGUMENTS_CGROUP_MKDIR, cgroup, path);
	return 0;
}

TRACEPOINT(cgroup_rmdir, cgroup_rmdir, struct cgroup *cgroup, const char *path)
{
	cgroup_event(EVENT_CGROUP_RMDIR, ARGUMENTS_CGROUP_RMDIR, cgroup, path);
	return 0;
}

/* In the context of whoever moves the task, which is an argument. */
TRACEPOINT(cgroup_attach_task, cgroup_attach_task, struct cgroup *cgroup, const char *path, struct task_struct *task, bool whole_group)
{
	__u32 slot = event_begin(EVENT_CGROUP_ATTACH_TASK, ARGUMENTS_CGROUP_ATTACH_TASK, current_syscall(), 0);
	struct scratch *s = scratch_at(slot);

	if (!s)
		return 0;
	argument_kernel_string(s, path);
	argument_kernel_string(s, task->comm);
	argument_unsigned(s, BPF_CORE_READ(task, pid));
	argument_unsigned(s, BPF_CORE_READ(cgroup, kn, id));
	argument_unsigned(s, BPF_CORE_READ(cgroup, root, hierarchy_id));
	event_send(slot);
	return 0;
}
