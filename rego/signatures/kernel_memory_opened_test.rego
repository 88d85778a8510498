package signatures.kernel_memory_opened_test

import rego.v2

import data.signatures.kernel_memory_opened as signature

_said(event) := object.filter(event.args, {"pathname", "flags"})

_memory := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/kcore", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/bin/dd"},
		"container": {"id": "ab"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/kcore", "flags": ["O_RDWR"]},
		"process": {"exe": "/bin/dd"},
		"container": {"id": "ab"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/mem", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/bin/dd"},
		"container": {"id": "ab"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/mem", "flags": ["O_RDWR"]},
		"process": {"exe": "/bin/dd"},
		"container": {"id": "ab"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/host/proc/kcore", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/bin/dd"},
		"container": {"id": "ab"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/host/proc/kcore", "flags": ["O_RDWR"]},
		"process": {"exe": "/bin/dd"},
		"container": {"id": "ab"},
	},
]

test_memory_is_reported if {
	every event in _memory {
		signature.finding == {_said(event)} with input as event
	}
}

_host := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/kcore", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/perf"},
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
		"args": {"pathname": "/proc/version", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/bin/dd"},
		"container": {"id": "ab"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/null", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/bin/dd"},
		"container": {"id": "ab"},
	},
]

test_other_file_is_silent if {
	every event in _other_file {
		signature.finding == set() with input as event
	}
}

_path_only := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/proc/kcore", "flags": ["O_RDONLY", "O_PATH"]},
		"process": {"exe": "/bin/dd"},
		"container": {"id": "ab"},
	},
]

test_path_only_is_silent if {
	every event in _path_only {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _memory {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _memory[0]
		with data.exceptions as {"TW-0151": [{"exe": _memory[0].process.exe}]}
}
