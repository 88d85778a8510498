/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRACEWIRE_CREDENTIALS_H
#define TRACEWIRE_CREDENTIALS_H

#include "event.h"
#include "record.h"

/* 6.3 made kernel_cap_t one 64-bit number (f122a08b197d); before it was two of 32 bits, lower
 * first, which in memory is the same on a little-endian machine. */
#define capability_bits(cred, field)                                                            \
	({                                                                                      \
		__u64 bits_ = 0;                                                                \
		bpf_probe_read_kernel(&bits_, sizeof(bits_),                                    \
				      (void *)(cred) + bpf_core_field_offset(struct cred, field)); \
		bits_;                                                                          \
	})

static __always_inline void read_cred(struct credentials *into, const struct cred *cred)
{
	into->ids[0] = BPF_CORE_READ(cred, uid.val);
	into->ids[1] = BPF_CORE_READ(cred, gid.val);
	into->ids[2] = BPF_CORE_READ(cred, suid.val);
	into->ids[3] = BPF_CORE_READ(cred, sgid.val);
	into->ids[4] = BPF_CORE_READ(cred, euid.val);
	into->ids[5] = BPF_CORE_READ(cred, egid.val);
	into->ids[6] = BPF_CORE_READ(cred, fsuid.val);
	into->ids[7] = BPF_CORE_READ(cred, fsgid.val);
	into->user_namespace = BPF_CORE_READ(cred, user_ns, ns.inum);
	into->securebits = BPF_CORE_READ(cred, securebits);
	into->capabilities[0] = capability_bits(cred, cap_inheritable);
	into->capabilities[1] = capability_bits(cred, cap_permitted);
	into->capabilities[2] = capability_bits(cred, cap_effective);
	into->capabilities[3] = capability_bits(cred, cap_bset);
	into->capabilities[4] = capability_bits(cred, cap_ambient);
}

/* Nobody but the task itself writes its credentials: they are exact at entry and at exit. */
static __always_inline void read_credentials(struct credentials *into, struct task_struct *task)
{
	read_cred(into, task_read(task, cred));
}

static __always_inline void argument_credentials(struct scratch *s, const struct credentials *credentials)
{
	put_array(s, 15);
	for (int i = 0; i < 8; i++)
		put_unsigned(s, credentials->ids[i]);
	put_unsigned(s, credentials->user_namespace);
	put_unsigned(s, credentials->securebits);
	for (int i = 0; i < 5; i++)
		put_unsigned(s, credentials->capabilities[i]);
	next_argument(s);
}

static __always_inline bool credentials_differ(const struct credentials *one, const struct credentials *other)
{
	for (int i = 0; i < 8; i++)
		if (one->ids[i] != other->ids[i])
			return true;
	for (int i = 0; i < 5; i++)
		if (one->capabilities[i] != other->capabilities[i])
			return true;
	return one->user_namespace != other->user_namespace || one->securebits != other->securebits;
}

/* At the end of a system call that may change credentials: tell if it has. */
__noinline int credentials_event(int number, __s64 result)
{
	struct record *record = take_record(number);
	struct credentials *now;
	struct scratch *s;
	__u32 slot;

	if (!record)
		return 0;
	now = &record->new_credentials; /* 88 bytes that the stack has no room for */
	read_credentials(now, current_task());
	if (!credentials_differ(&record->credentials, now))
		return 0;
	slot = event_begin(EVENT_COMMIT_CREDS, ARGUMENTS_COMMIT_CREDS, record->number, result);
	s = scratch_at(slot);
	if (!s)
		return 0;
	argument_credentials(s, &record->credentials);
	argument_credentials(s, now);
	event_send(slot);
	return 0;
}

#endif
