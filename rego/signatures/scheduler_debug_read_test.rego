package signatures.scheduler_debug_read_test

import rego.v2

import data.signatures.scheduler_debug_read as signature

_said(event) := object.filter(event.args, {"pathname", "argv"})

_reading := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/sched_debug", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/bin/cat"},
		"container": {"id": "ab"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/sys/kernel/debug/sched/debug", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/bin/cat"},
		"container": {"id": "ab"},
	},
]

test_reading_is_reported if {
	every event in _reading {
		signature.finding == {_said(event)} with input as event
	}
}

_attempt := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/busybox", "argv": ["sh", "-c", "cat /proc/sched_debug"]},
		"process": {"exe": "/bin/busybox"},
		"container": {"id": "ab"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/cat", "argv": ["cat", "/proc/sched_debug"]},
		"process": {"exe": "/bin/cat"},
		"container": {"id": "ab"},
	},
]

test_attempt_is_reported if {
	every event in _attempt {
		signature.finding == {_said(event)} with input as event
	}
}

_host := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/sched_debug", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/bin/cat"},
		"container": null,
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/cat", "argv": ["cat", "/proc/sched_debug"]},
		"process": {"exe": "/bin/cat"},
		"container": null,
	},
]

test_host_is_silent if {
	every event in _host {
		signature.finding == set() with input as event
	}
}

_other_file := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/loadavg", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/bin/cat"},
		"container": {"id": "ab"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/cat", "argv": ["cat", "/proc/loadavg"]},
		"process": {"exe": "/bin/cat"},
		"container": {"id": "ab"},
	},
]

test_other_file_is_silent if {
	every event in _other_file {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _reading {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _reading[0]
		with data.exceptions as {"TW-0145": [{"exe": _reading[0].process.exe}]}
}
