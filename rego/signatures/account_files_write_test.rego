package signatures.account_files_write_test

import rego.v2

import data.signatures.account_files_write as signature

_said(event) := object.filter(event.args, {"pathname", "old_path", "new_path", "linkpath", "target", "path", "dev_name"})

_write := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/passwd", "flags": ["O_WRONLY", "O_APPEND"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/shadow", "flags": ["O_WRONLY", "O_APPEND"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/group", "flags": ["O_WRONLY", "O_APPEND"]},
		"process": {"exe": "/usr/bin/dash"},
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
		"args": {"old_path": "/etc/sedXXXX", "new_path": "/etc/passwd"},
		"process": {"exe": "/usr/bin/sed"},
	},
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/etc/passwd", "target": "/tmp/x"},
		"process": {"exe": "/usr/bin/ln"},
	},
	{
		"event": "security_sb_mount",
		"args": {"path": "/etc/passwd", "dev_name": "/tmp/x", "type": null, "flags": ["MS_BIND"]},
		"process": {"exe": "/usr/bin/mount"},
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
		"args": {"pathname": "/etc/passwd", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_reading_is_silent if {
	every event in _reading {
		signature.finding == set() with input as event
	}
}

_account_program := [
	{
		"event": "security_inode_rename",
		"args": {"old_path": "/etc/passwd+", "new_path": "/etc/passwd"},
		"process": {"exe": "/usr/sbin/useradd"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/shadow", "flags": ["O_RDWR"]},
		"process": {"exe": "/usr/bin/passwd"},
	},
]

test_account_program_is_silent if {
	every event in _account_program {
		signature.finding == set() with input as event
	}
}

_other_file := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/tmp/etc/passwd", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/passwd-", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
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
		with data.exceptions as {"TW-0125": [{"exe": _write[0].process.exe}]}
}
