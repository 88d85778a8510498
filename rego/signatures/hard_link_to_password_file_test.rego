package signatures.hard_link_to_password_file_test

import rego.v2

import data.signatures.hard_link_to_password_file as signature

_said(event) := object.filter(event.args, {"pathname", "argv"})

_link := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/ln", "argv": ["ln", "/etc/shadow", "/etc/x"]},
		"process": {"exe": "/usr/bin/ln"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/cp", "argv": ["cp", "-l", "/etc/shadow", "/etc/x"]},
		"process": {"exe": "/usr/bin/cp"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/busybox", "argv": ["ln", "-f", "/etc/shadow", "x"]},
		"process": {"exe": "/bin/busybox"},
	},
]

test_link_is_reported if {
	every event in _link {
		signature.finding == {_said(event)} with input as event
	}
}

_other_file := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/ln", "argv": ["ln", "/etc/hostname", "/etc/x"]},
		"process": {"exe": "/usr/bin/ln"},
	},
]

test_other_file_is_silent if {
	every event in _other_file {
		signature.finding == set() with input as event
	}
}

_symbolic_link := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/ln", "argv": ["ln", "-sf", "/etc/shadow", "x"]},
		"process": {"exe": "/usr/bin/ln"},
	},
]

test_symbolic_link_is_silent if {
	every event in _symbolic_link {
		signature.finding == set() with input as event
	}
}

_copy := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/cp", "argv": ["cp", "-p", "/etc/shadow", "/etc/x"]},
		"process": {"exe": "/usr/bin/cp"},
	},
]

test_copy_is_silent if {
	every event in _copy {
		signature.finding == set() with input as event
	}
}

_package_manager := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/ln", "argv": ["ln", "/etc/shadow", "/etc/shadow-"]},
		"process": {"exe": "/usr/bin/ln", "ancestors": [{"exe": "/usr/bin/dpkg"}]},
	},
]

test_package_manager_is_silent if {
	every event in _package_manager {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _link {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _link[0]
		with data.exceptions as {"TW-0163": [{"exe": _link[0].process.exe}]}
}
