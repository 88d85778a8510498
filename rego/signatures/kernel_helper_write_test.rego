package signatures.kernel_helper_write_test

import rego.v2

import data.signatures.kernel_helper_write as signature

_said(event) := object.filter(event.args, {"pathname"})

_write := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/sys/kernel/core_pattern", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/dash"},
		"container": null,
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/sys/kernel/core_pattern", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/dash"},
		"container": {"id": "ab"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/sys/kernel/core_pattern", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/sbin/sysctl"},
		"container": {"id": "ab"},
	},
]

test_write_is_reported if {
	every event in _write {
		signature.finding == {_said(event)} with input as event
	}
}

_reading := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/sys/kernel/core_pattern", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/dash"},
		"container": {"id": "ab"},
	},
]

test_reading_is_silent if {
	every event in _reading {
		signature.finding == set() with input as event
	}
}

_setter_on_the_host := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/sys/kernel/core_pattern", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/lib/systemd/systemd-sysctl"},
		"container": null,
	},
]

test_setter_on_the_host_is_silent if {
	every event in _setter_on_the_host {
		signature.finding == set() with input as event
	}
}

_other_file := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/sys/kernel/panic", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/dash"},
		"container": {"id": "ab"},
	},
]

test_other_file_is_silent if {
	every event in _other_file {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _write {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _write[0]
		with data.exceptions as {"TW-0150": [{"exe": _write[0].process.exe}]}
}
