package signatures.sysrq_write_test

import rego.v2

import data.signatures.sysrq_write as signature

_said(event) := object.filter(event.args, {"pathname"})

_use := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/sysrq-trigger", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/dash"},
		"container": null,
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/host/proc/sysrq-trigger", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/dash"},
		"container": {"id": "ab"},
	},
]

test_use_is_reported if {
	every event in _use {
		signature.finding == {_said(event)} with input as event
	}
}

_permission_from_a_container := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/sys/kernel/sysrq", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/dash"},
		"container": {"id": "ab"},
	},
]

test_permission_from_a_container_is_reported if {
	every event in _permission_from_a_container {
		signature.finding == {_said(event)} with input as event
	}
}

_reading := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/sys/kernel/sysrq", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/dash"},
		"container": {"id": "ab"},
	},
]

test_reading_is_silent if {
	every event in _reading {
		signature.finding == set() with input as event
	}
}

_sysctl_on_the_host := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/sys/kernel/sysrq", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/sbin/sysctl"},
		"container": null,
	},
]

test_sysctl_on_the_host_is_silent if {
	every event in _sysctl_on_the_host {
		signature.finding == set() with input as event
	}
}

_shutdown := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/sysrq-trigger", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/lib/systemd/systemd-shutdown"},
		"container": null,
	},
]

test_shutdown_is_silent if {
	every event in _shutdown {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _use {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _use[0]
		with data.exceptions as {"TW-0149": [{"exe": _use[0].process.exe}]}
}
