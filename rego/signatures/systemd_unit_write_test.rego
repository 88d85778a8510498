package signatures.systemd_unit_write_test

import rego.v2

import data.signatures.systemd_unit_write as signature

_said(event) := object.filter(event.args, {"pathname", "old_path", "new_path", "linkpath", "target", "path", "dev_name"})

_write := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/systemd/system/zz.service", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/systemd/system/a.service.d/b.conf", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/usr/lib/systemd/system/a.timer", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/home/u/.config/systemd/user/a.service", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
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
		"args": {"old_path": "/tmp/x", "new_path": "/etc/systemd/system/a.service"},
		"process": {"exe": "/usr/bin/mv"},
	},
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/etc/systemd/system/a.service", "target": "/tmp/x"},
		"process": {"exe": "/usr/bin/ln"},
	},
	{
		"event": "security_sb_mount",
		"args": {"path": "/etc/systemd/system/a.service", "dev_name": "/tmp/x", "type": null, "flags": ["MS_BIND"]},
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
		"args": {"pathname": "/etc/systemd/system/a.service", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_reading_is_silent if {
	every event in _reading {
		signature.finding == set() with input as event
	}
}

_other_file := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/systemd.conf", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/root/a.service", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_other_file_is_silent if {
	every event in _other_file {
		signature.finding == set() with input as event
	}
}

_systemd_itself := [
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/etc/systemd/system/multi-user.target.wants/a.service", "target": "/usr/lib/systemd/system/a.service"},
		"process": {"exe": "/usr/bin/systemctl"},
	},
	{
		"event": "security_inode_rename",
		"args": {"old_path": "/x", "new_path": "/usr/lib/systemd/system/a.service"},
		"process": {"exe": "/usr/bin/dpkg"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/systemd/system/x.service", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/perl", "comm": "deb-systemd-hel"},
	},
]

test_systemd_itself_is_silent if {
	every event in _systemd_itself {
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
		with data.exceptions as {"TW-0123": [{"exe": _write[0].process.exe}]}
}
