package signatures.disk_overwritten_test

import rego.v2

import data.signatures.disk_overwritten as signature

_said(event) := object.filter(event.args, {"pathname"})

_write := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/sda", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/dd"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/sda", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/shred"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/sda", "flags": ["O_WRONLY"]},
		"process": {"exe": "/tmp/x"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/sda", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/python3.11"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/loop3", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/dd"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/loop3", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/shred"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/loop3", "flags": ["O_WRONLY"]},
		"process": {"exe": "/tmp/x"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/loop3", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/python3.11"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/nvme0n1", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/dd"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/nvme0n1", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/shred"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/nvme0n1", "flags": ["O_WRONLY"]},
		"process": {"exe": "/tmp/x"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/nvme0n1", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/python3.11"},
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
		"args": {"pathname": "/dev/sda", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/dd"},
	},
]

test_reading_is_silent if {
	every event in _reading {
		signature.finding == set() with input as event
	}
}

_disk_tool := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/sda", "flags": ["O_RDWR"]},
		"process": {"exe": "/usr/sbin/mke2fs"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/sda", "flags": ["O_RDWR"]},
		"process": {"exe": "/usr/sbin/losetup"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/sda", "flags": ["O_RDWR"]},
		"process": {"exe": null},
	},
]

test_disk_tool_is_silent if {
	every event in _disk_tool {
		signature.finding == set() with input as event
	}
}

_other_file := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/null", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/dd"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/root/d.img", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dd"},
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
		with data.exceptions as {"TW-0161": [{"exe": _write[0].process.exe}]}
}
