package signatures.root_regained_test

import rego.v2

import data.signatures.root_regained as signature

_said(event) := {"call": event.syscall, "uid": event.args.old_cred.uid, "euid": event.args.old_cred.euid}

_way_back := [
	{
		"event": "commit_creds",
		"syscall": "setuid",
		"args": {"old_cred": {"uid": 1, "euid": 1}, "new_cred": {"uid": 0, "euid": 0}},
		"process": {"exe": "/usr/bin/python3.11"},
	},
	{
		"event": "commit_creds",
		"syscall": "setresuid",
		"args": {"old_cred": {"uid": 1, "euid": 1}, "new_cred": {"uid": 0, "euid": 0}},
		"process": {"exe": "/usr/bin/python3.11"},
	},
	{
		"event": "commit_creds",
		"syscall": "setresuid",
		"args": {"old_cred": {"uid": 1, "euid": 1}, "new_cred": {"uid": 0, "euid": 0}},
		"process": {"exe": "/tmp/su"},
	},
]

test_way_back_is_reported if {
	every event in _way_back {
		signature.finding == {_said(event)} with input as event
	}
}

_setuid_program := [
	{
		"event": "commit_creds",
		"syscall": "execve",
		"args": {"old_cred": {"uid": 1, "euid": 1}, "new_cred": {"uid": 0, "euid": 0}},
		"process": {"exe": "/usr/bin/su"},
	},
]

test_setuid_program_is_silent if {
	every event in _setuid_program {
		signature.finding == set() with input as event
	}
}

_descent := [
	{
		"event": "commit_creds",
		"syscall": "setuid",
		"args": {"old_cred": {"uid": 0, "euid": 0}, "new_cred": {"uid": 1, "euid": 1}},
		"process": {"exe": "/usr/bin/x"},
	},
	{
		"event": "commit_creds",
		"syscall": "setuid",
		"args": {"old_cred": {"uid": 0, "euid": 0}, "new_cred": {"uid": 0, "euid": 0}},
		"process": {"exe": "/usr/bin/x"},
	},
	{
		"event": "commit_creds",
		"syscall": "setuid",
		"args": {"old_cred": {"uid": 1, "euid": 1}, "new_cred": {"uid": 2, "euid": 2}},
		"process": {"exe": "/usr/bin/x"},
	},
]

test_descent_is_silent if {
	every event in _descent {
		signature.finding == set() with input as event
	}
}

_program_that_switches := [
	{
		"event": "commit_creds",
		"syscall": "setresuid",
		"args": {"old_cred": {"uid": 1, "euid": 1}, "new_cred": {"uid": 0, "euid": 0}},
		"process": {"exe": "/usr/bin/su"},
	},
	{
		"event": "commit_creds",
		"syscall": "setresuid",
		"args": {"old_cred": {"uid": 1, "euid": 1}, "new_cred": {"uid": 0, "euid": 0}},
		"process": {"exe": "/usr/sbin/sshd"},
	},
	{
		"event": "commit_creds",
		"syscall": "setresuid",
		"args": {"old_cred": {"uid": 1, "euid": 1}, "new_cred": {"uid": 0, "euid": 0}},
		"process": {"exe": "/usr/sbin/smbd"},
	},
]

test_program_that_switches_is_silent if {
	every event in _program_that_switches {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _way_back {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _way_back[0]
		with data.exceptions as {"TW-0128": [{"exe": _way_back[0].process.exe}]}
}
