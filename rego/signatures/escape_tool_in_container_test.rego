package signatures.escape_tool_in_container_test

import rego.v2

import data.signatures.escape_tool_in_container as signature

_said(event) := object.filter(event.args, {"pathname", "argv"})

_tool := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/busybox", "argv": ["chroot", "/mnt", "/bin/true"]},
		"process": {"exe": "/bin/busybox"},
		"container": {"id": "ab"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/nsenter", "argv": ["nsenter", "-t", "1"]},
		"process": {"exe": "/usr/bin/nsenter"},
		"container": {"id": "ab"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/debugfs", "argv": ["debugfs"]},
		"process": {"exe": "/usr/sbin/debugfs"},
		"container": {"id": "ab"},
	},
]

test_tool_is_reported if {
	every event in _tool {
		signature.finding == {_said(event)} with input as event
	}
}

_host := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/chroot", "argv": ["chroot", "/x"]},
		"process": {"exe": "/usr/sbin/chroot"},
		"container": null,
	},
]

test_host_is_silent if {
	every event in _host {
		signature.finding == set() with input as event
	}
}

_other_program := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/busybox", "argv": ["ls", "/mnt"]},
		"process": {"exe": "/bin/busybox"},
		"container": {"id": "ab"},
	},
]

test_other_program_is_silent if {
	every event in _other_program {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _tool {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _tool[0]
		with data.exceptions as {"TW-0147": [{"exe": _tool[0].process.exe}]}
}
