package signatures.loader_write_test

import rego.v2

import data.signatures.loader_write as signature

_said(event) := object.filter(event.args, {"pathname", "old_path", "new_path", "linkpath", "target", "path", "dev_name"})

_write := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/usr/lib/ld-linux-zz.so.2", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/cp"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/cp"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/lib/ld-musl-x86_64.so.1", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/cp"},
	},
]

test_write_is_reported if {
	every event in _write {
		signature.finding == {_said(event)} with input as event
	}
}

_replacement := [
	{
		"event": "security_inode_rename",
		"args": {"old_path": "/tmp/x", "new_path": "/usr/lib64/ld-linux-x86-64.so.2"},
		"process": {"exe": "/usr/bin/mv"},
	},
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/lib64/ld-linux-x86-64.so.2", "target": "/tmp/x"},
		"process": {"exe": "/usr/bin/ln"},
	},
]

test_replacement_is_reported if {
	every event in _replacement {
		signature.finding == {_said(event)} with input as event
	}
}

_reading := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_reading_is_silent if {
	every event in _reading {
		signature.finding == set() with input as event
	}
}

_package_manager := [
	{
		"event": "security_inode_rename",
		"args": {"old_path": "/x", "new_path": "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"},
		"process": {"exe": "/usr/bin/dpkg"},
	},
]

test_package_manager_is_silent if {
	every event in _package_manager {
		signature.finding == set() with input as event
	}
}

_other_file := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/usr/lib/x86_64-linux-gnu/ldb/x.txt", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/tmp/lib/ld-linux.so.2", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/usr/lib/ld-notes.txt", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
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
		with data.exceptions as {"TW-0137": [{"exe": _write[0].process.exe}]}
}
