package signatures.log_cleared_test

import rego.v2

import data.signatures.log_cleared as signature

_said(event) := object.filter(event.args, {"pathname", "old_path", "new_path", "linkpath", "target", "path", "dev_name"})

_emptying := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/var/log/auth.log", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/var/log/auth.log", "flags": ["O_WRONLY", "O_CREAT", "O_NONBLOCK"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/var/log/auth.log", "flags": ["O_RDWR"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/var/log/wtmp", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_emptying_is_reported if {
	every event in _emptying {
		signature.finding == {_said(event)} with input as event
	}
}

_removal := [
	{
		"event": "security_inode_unlink",
		"args": {"pathname": "/var/log/syslog"},
		"process": {"exe": "/usr/bin/rm"},
	},
	{
		"event": "security_inode_unlink",
		"args": {"pathname": "/var/log/journal/ab/system.journal"},
		"process": {"exe": "/usr/bin/rm"},
	},
	{
		"event": "security_inode_rename",
		"args": {"old_path": "/var/log/auth.log", "new_path": "/tmp/x"},
		"process": {"exe": "/usr/bin/mv"},
	},
	{
		"event": "security_inode_rename",
		"args": {"old_path": "/var/log/sedX", "new_path": "/var/log/auth.log"},
		"process": {"exe": "/usr/bin/sed"},
	},
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/var/log/auth.log", "target": "/dev/null"},
		"process": {"exe": "/usr/bin/ln"},
	},
]

test_removal_is_reported if {
	every event in _removal {
		signature.finding == {_said(event)} with input as event
	}
}

_appending := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/var/log/auth.log", "flags": ["O_WRONLY", "O_APPEND"]},
		"process": {"exe": "/usr/bin/logger"},
	},
]

test_appending_is_silent if {
	every event in _appending {
		signature.finding == set() with input as event
	}
}

_reading := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/var/log/auth.log", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/tail"},
	},
]

test_reading_is_silent if {
	every event in _reading {
		signature.finding == set() with input as event
	}
}

_keeper := [
	{
		"event": "security_inode_rename",
		"args": {"old_path": "/var/log/auth.log", "new_path": "/var/log/auth.log.1"},
		"process": {"exe": "/usr/sbin/logrotate"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/var/log/wtmp", "flags": ["O_RDWR"]},
		"process": {"exe": "/usr/sbin/sshd"},
	},
	{
		"event": "security_inode_unlink",
		"args": {"pathname": "/var/log/journal/ab/system@1.journal"},
		"process": {"exe": "/usr/lib/systemd/systemd-journald"},
	},
]

test_keeper_is_silent if {
	every event in _keeper {
		signature.finding == set() with input as event
	}
}

_record_of_a_login := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/var/log/wtmp", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/w-manager"},
	},
]

test_record_of_a_login_is_silent if {
	every event in _record_of_a_login {
		signature.finding == set() with input as event
	}
}

_other_file := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/var/log/app.log", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_inode_unlink",
		"args": {"pathname": "/var/log/app.log.1"},
		"process": {"exe": "/usr/bin/rm"},
	},
]

test_other_file_is_silent if {
	every event in _other_file {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _emptying {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _emptying[0]
		with data.exceptions as {"TW-0132": [{"exe": _emptying[0].process.exe}]}
}

_truncated := {
	"event": "truncate",
	"args": {"path": "/var/log/auth.log", "length": 0},
	"process": {"exe": "/usr/bin/python3.11"},
}

test_truncating_is_reported if {
	signature.finding == {{"pathname": "/var/log/auth.log"}} with input as _truncated
	signature.finding == set() with input as object.union(_truncated, {"args": {"path": "/var/log/mine.log"}})
}

_removed(path) := {"event": "security_inode_unlink", "args": {"pathname": path}, "process": {"exe": "/usr/bin/rm"}}

test_older_logs_are_reported if {
	every path in ["/var/log/auth.log.1", "/var/log/syslog.2.gz", "/var/log/secure-20261101", "/var/log/nginx/access.log.10.xz"] {
		signature.finding == {{"pathname": path}} with input as _removed(path)
	}
	signature.finding == set() with input as _removed("/srv/auth.log.1")
	signature.finding == set() with input as object.union(_removed("/var/log/auth.log.1"), {"process": {"exe": "/usr/sbin/logrotate"}})
}

_runs(argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv},
	"process": {"exe": concat("", ["/usr/bin/", argv[0]]), "ancestors": []},
}

test_command_that_empties_a_buffer_is_reported if {
	every argv in [["journalctl", "--rotate", "--vacuum-time=1s"], ["dmesg", "-C"], ["dmesg", "-Tc"], ["dmesg", "--clear"]] {
		event := _runs(argv)
		signature.finding == {{"pathname": event.args.pathname, "argv": argv}} with input as event
	}
}

test_reading_the_same_buffer_is_silent if {
	every argv in [["journalctl", "-u", "cron"], ["dmesg"], ["dmesg", "-T", "--color"], ["cat", "--vacuum-time=1s"]] {
		signature.finding == set() with input as _runs(argv)
	}
}
