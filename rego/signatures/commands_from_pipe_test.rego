package signatures.commands_from_pipe_test

import rego.v2

import data.signatures.commands_from_pipe as signature

_said(event) := object.filter(event.args, {"pathname", "argv"})

_shell := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh"], "stdin_type": "S_IFIFO"},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh", "-s"], "stdin_type": "S_IFIFO"},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh", "-s", "--", "x"], "stdin_type": "S_IFIFO"},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh", "-x"], "stdin_type": "S_IFIFO"},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["bash", "--norc"], "stdin_type": "S_IFIFO"},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_shell_is_reported if {
	every event in _shell {
		signature.finding == {_said(event)} with input as event
	}
}

_interpreter := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/python3.11", "argv": ["python3"], "stdin_type": "S_IFIFO"},
		"process": {"exe": "/usr/bin/python3.11"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/python3.11", "argv": ["python3", "-"], "stdin_type": "S_IFIFO"},
		"process": {"exe": "/usr/bin/python3.11"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/python3.11", "argv": ["python3", "-u"], "stdin_type": "S_IFIFO"},
		"process": {"exe": "/usr/bin/python3.11"},
	},
]

test_interpreter_is_reported if {
	every event in _interpreter {
		signature.finding == {_said(event)} with input as event
	}
}

_shell_with_a_script := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh", "-c", "id"], "stdin_type": "S_IFIFO"},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh", "x.sh"], "stdin_type": "S_IFIFO"},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh", "-x", "x.sh"], "stdin_type": "S_IFIFO"},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_shell_with_a_script_is_silent if {
	every event in _shell_with_a_script {
		signature.finding == set() with input as event
	}
}

_other_input := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh"], "stdin_type": "S_IFCHR"},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh"], "stdin_type": "S_IFREG"},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh"], "stdin_type": null},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_other_input_is_silent if {
	every event in _other_input {
		signature.finding == set() with input as event
	}
}

_other_program := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/wc", "argv": ["wc"], "stdin_type": "S_IFIFO"},
		"process": {"exe": "/usr/bin/wc"},
	},
]

test_other_program_is_silent if {
	every event in _other_program {
		signature.finding == set() with input as event
	}
}

_question := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/python3.11", "argv": ["python3", "-V"], "stdin_type": "S_IFIFO"},
		"process": {"exe": "/usr/bin/python3.11"},
	},
]

test_question_is_silent if {
	every event in _question {
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
		with data.exceptions as {"TW-0121": [{"exe": _shell[0].process.exe}]}
}

test_pipe_as_the_script_is_reported if {
	every path in ["/dev/fd/63", "/proc/self/fd/3"] {
		argv := ["bash", path]
		signature.finding == {{"pathname": "/usr/bin/bash", "argv": argv}} with input as {
			"event": "sched_process_exec",
			"args": {"pathname": "/usr/bin/bash", "argv": argv, "stdin_type": "S_IFCHR"},
			"process": {"exe": "/usr/bin/bash"},
		}
	}
}

_piped(pathname, argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": pathname, "argv": argv, "stdin_type": "S_IFIFO"},
	"process": {"exe": pathname},
}

test_other_ways_to_read_the_pipe_are_reported if {
	every event in [
		_piped("/usr/bin/dash", ["sh", "/dev/stdin"]),
		_piped("/usr/bin/dash", ["sh", "/proc/self/fd/0"]),
		_piped("/usr/bin/busybox", ["busybox", "sh"]),
	] {
		{"pathname": event.args.pathname, "argv": event.args.argv} in signature.finding with input as event
	}
}

test_other_program_in_busybox_is_silent if {
	signature.finding == set() with input as _piped("/usr/bin/busybox", ["busybox", "cat"])
	signature.finding == set() with input as _piped("/usr/bin/busybox", ["busybox", "sh", "x"])
}
