package signatures.terminal_shell_in_container_test

import rego.v2

import data.signatures.terminal_shell_in_container as signature

_said(event) := object.filter(event.args, {"pathname", "argv", "tty"})

_shell := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/busybox", "argv": ["sh"], "tty": "pts0"},
		"process": {"exe": "/bin/busybox"},
		"container": {"id": "ab"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/bash", "argv": ["bash"], "tty": "pts1"},
		"process": {"exe": "/usr/bin/bash"},
		"container": {"id": "ab"},
	},
]

test_shell_is_reported if {
	every event in _shell {
		signature.finding == {_said(event)} with input as event
	}
}

_host := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/bash", "argv": ["bash"], "tty": "pts0"},
		"process": {"exe": "/usr/bin/bash"},
		"container": null,
	},
]

test_host_is_silent if {
	every event in _host {
		signature.finding == set() with input as event
	}
}

_shell_without_a_terminal := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/bash", "argv": ["bash"], "tty": ""},
		"process": {"exe": "/usr/bin/bash"},
		"container": {"id": "ab"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/bash", "argv": ["bash"], "tty": null},
		"process": {"exe": "/usr/bin/bash"},
		"container": {"id": "ab"},
	},
]

test_shell_without_a_terminal_is_silent if {
	every event in _shell_without_a_terminal {
		signature.finding == set() with input as event
	}
}

_other_program := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/id", "argv": ["id"], "tty": "pts0"},
		"process": {"exe": "/usr/bin/id"},
		"container": {"id": "ab"},
	},
]

test_other_program_is_silent if {
	every event in _other_program {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _shell {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _shell[0]
		with data.exceptions as {"TW-0153": [{"exe": _shell[0].process.exe}]}
}
