package signatures.terminal_made_by_script_test

import rego.v2

import data.signatures.terminal_made_by_script as signature

_said(event) := object.filter(event.args, {"pathname"})

_interpreter := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/ptmx", "flags": ["O_RDWR"]},
		"process": {"exe": "/usr/bin/python3.11"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/ptmx", "flags": ["O_RDWR"]},
		"process": {"exe": "/usr/bin/perl"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/ptmx", "flags": ["O_RDWR"]},
		"process": {"exe": "/opt/x/bin/ruby"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/pts/ptmx", "flags": ["O_RDWR"]},
		"process": {"exe": "/usr/bin/python3.11"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/pts/ptmx", "flags": ["O_RDWR"]},
		"process": {"exe": "/usr/bin/perl"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/pts/ptmx", "flags": ["O_RDWR"]},
		"process": {"exe": "/opt/x/bin/ruby"},
	},
]

test_interpreter_is_reported if {
	every event in _interpreter {
		signature.finding == {_said(event)} with input as event
	}
}

_other_program := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/ptmx", "flags": ["O_RDWR"]},
		"process": {"exe": "/usr/sbin/sshd"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/ptmx", "flags": ["O_RDWR"]},
		"process": {"exe": "/usr/bin/apt"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/ptmx", "flags": ["O_RDWR"]},
		"process": {"exe": "/usr/bin/tmux"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/ptmx", "flags": ["O_RDWR"]},
		"process": {"exe": null},
	},
]

test_other_program_is_silent if {
	every event in _other_program {
		signature.finding == set() with input as event
	}
}

_other_file := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/pts/0", "flags": ["O_RDWR"]},
		"process": {"exe": "/usr/bin/python3.11"},
	},
]

test_other_file_is_silent if {
	every event in _other_file {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _interpreter {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _interpreter[0]
		with data.exceptions as {"TW-0119": [{"exe": _interpreter[0].process.exe}]}
}

test_tool_that_makes_terminals_is_reported if {
	every exe in ["/usr/bin/script", "/usr/bin/expect", "/usr/bin/socat"] {
		signature.finding == {{"pathname": "/dev/ptmx"}} with input as {
			"event": "security_file_open",
			"args": {"pathname": "/dev/ptmx"},
			"process": {"exe": exe},
		}
	}
}
