package signatures.pam_write_test

import rego.v2

import data.signatures.pam_write as signature

_said(event) := object.filter(event.args, {"pathname", "old_path", "new_path", "linkpath", "target", "path", "dev_name"})

_write := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/pam.d/su", "flags": ["O_WRONLY", "O_APPEND"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/pam.conf", "flags": ["O_WRONLY", "O_APPEND"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/security/access.conf", "flags": ["O_WRONLY", "O_APPEND"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/usr/lib/x86_64-linux-gnu/security/pam_x.so", "flags": ["O_WRONLY", "O_APPEND"]},
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
		"args": {"old_path": "/tmp/x", "new_path": "/etc/pam.d/su"},
		"process": {"exe": "/usr/bin/mv"},
	},
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/etc/pam.d/su", "target": "/tmp/x"},
		"process": {"exe": "/usr/bin/ln"},
	},
	{
		"event": "security_sb_mount",
		"args": {"path": "/etc/pam.d", "dev_name": "/tmp/x", "type": null, "flags": ["MS_BIND"]},
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
		"args": {"pathname": "/etc/pam.d/su", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_reading_is_silent if {
	every event in _reading {
		signature.finding == set() with input as event
	}
}

_manager := [
	{
		"event": "security_inode_rename",
		"args": {"old_path": "/x", "new_path": "/etc/pam.d/su"},
		"process": {"exe": "/usr/bin/dpkg"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/pam.d/common-auth", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/perl", "comm": "pam-auth-update"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/security/opasswd", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/passwd"},
	},
]

test_manager_is_silent if {
	every event in _manager {
		signature.finding == set() with input as event
	}
}

_other_file := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/tmp/pam.d/su", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
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
		with data.exceptions as {"TW-0127": [{"exe": _write[0].process.exe}]}
}
