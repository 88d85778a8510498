package signatures.shell_from_text_tool_test

import rego.v2

import data.signatures.shell_from_text_tool as signature

_said(event) := object.filter(event.args, {"pathname", "argv"})

_shell := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh", "-c", "id"], "prev_comm": "x"},
		"process": {"exe": "/usr/bin/dash", "ancestors": [{"exe": "/usr/bin/mawk"}]},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh", "-c", "id"], "prev_comm": "x"},
		"process": {"exe": "/usr/bin/dash", "ancestors": [{"exe": "/usr/bin/find"}]},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh", "-c", "id"], "prev_comm": "x"},
		"process": {"exe": "/usr/bin/dash", "ancestors": [{"exe": "/usr/bin/vim.basic"}]},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh", "-c", "id"], "prev_comm": "x"},
		"process": {"exe": "/usr/bin/dash", "ancestors": [{"exe": "/usr/bin/tar"}]},
	},
]

test_shell_is_reported if {
	every event in _shell {
		signature.finding == {_said(event)} with input as event
	}
}

_shell_of_busybox := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/busybox", "argv": ["sh"], "prev_comm": "awk"},
		"process": {"exe": "/bin/busybox", "ancestors": [{"exe": "/bin/busybox"}]},
	},
]

test_shell_of_busybox_is_reported if {
	every event in _shell_of_busybox {
		signature.finding == {_said(event)} with input as event
	}
}

_other_parent := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh"]},
		"process": {"exe": "/usr/bin/dash", "ancestors": [{"exe": "/usr/bin/make"}]},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh"]},
		"process": {"exe": "/usr/bin/dash", "ancestors": [{"exe": "/usr/bin/bash"}]},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh"]},
		"process": {"exe": "/usr/bin/dash", "ancestors": [{"exe": null}]},
	},
]

test_other_parent_is_silent if {
	every event in _other_parent {
		signature.finding == set() with input as event
	}
}

_other_program := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/id", "argv": ["id"]},
		"process": {"exe": "/usr/bin/id", "ancestors": [{"exe": "/usr/bin/mawk"}]},
	},
]

test_other_program_is_silent if {
	every event in _other_program {
		signature.finding == set() with input as event
	}
}

_shell_of_a_shell_of_busybox := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/busybox", "argv": ["sh"], "prev_comm": "sh"},
		"process": {"exe": "/bin/busybox", "ancestors": [{"exe": "/bin/busybox"}]},
	},
]

test_shell_of_a_shell_of_busybox_is_silent if {
	every event in _shell_of_a_shell_of_busybox {
		signature.finding == set() with input as event
	}
}

_unknown_parent := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh"]},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_unknown_parent_is_silent if {
	every event in _unknown_parent {
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
		with data.exceptions as {"TW-0118": [{"exe": _shell[0].process.exe}]}
}

_becomes(prev_comm, parent, argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": "/usr/bin/dash", "argv": argv, "prev_comm": prev_comm},
	"process": {"exe": "/usr/bin/dash", "ancestors": [{"exe": parent}]},
}

test_interpreter_that_becomes_a_shell_is_reported if {
	every event in [
		_becomes("perl", "/usr/bin/bash", ["/bin/sh"]),
		_becomes("python3", "/usr/sbin/sshd", ["sh", "-c", "id"]),
		_becomes("sh", "/usr/bin/python3.11", ["/bin/sh", "-c", "id"]),
	] {
		signature.finding == {{"pathname": "/usr/bin/dash", "argv": event.args.argv}} with input as event
	}
}

test_child_of_an_interpreter_is_silent if {
	every event in [
		_becomes("python3", "/usr/bin/python3.11", ["/bin/sh", "-c", "id"]),
		_becomes("perl", "/usr/bin/perl", ["sh", "-c", "id"]),
		_becomes("sh", "/usr/bin/make", ["/bin/sh", "x"]),
		_becomes("bash", "/usr/bin/bash", ["sh"]),
	] {
		signature.finding == set() with input as event
	}
}
