package signatures.decoding_command_test

import rego.v2

import data.signatures.decoding_command as signature

_said(event) := object.filter(event.args, {"pathname", "argv"})

_decoding := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/base64", "argv": ["base64", "-d"]},
		"process": {"exe": "/usr/bin/base64"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/base64", "argv": ["base64", "--decode", "x"]},
		"process": {"exe": "/usr/bin/base64"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/base64", "argv": ["base64", "-di"]},
		"process": {"exe": "/usr/bin/base64"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/busybox", "argv": ["base64", "-d"]},
		"process": {"exe": "/bin/busybox"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/openssl", "argv": ["openssl", "base64", "-d"]},
		"process": {"exe": "/usr/bin/openssl"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/xxd", "argv": ["xxd", "-r", "-p"]},
		"process": {"exe": "/usr/bin/xxd"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/python3.11", "argv": ["python3", "-c", "import base64; base64.b64decode('aWQ=')"]},
		"process": {"exe": "/usr/bin/python3.11"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/uudecode", "argv": ["uudecode"]},
		"process": {"exe": "/usr/bin/uudecode"},
	},
]

test_decoding_is_reported if {
	every event in _decoding {
		signature.finding == {_said(event)} with input as event
	}
}

_encoding := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/base64", "argv": ["base64", "x"]},
		"process": {"exe": "/usr/bin/base64"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/base64", "argv": ["base64", "-w0"]},
		"process": {"exe": "/usr/bin/base64"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/openssl", "argv": ["openssl", "enc", "-e"]},
		"process": {"exe": "/usr/bin/openssl"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/xxd", "argv": ["xxd", "-p"]},
		"process": {"exe": "/usr/bin/xxd"},
	},
]

test_encoding_is_silent if {
	every event in _encoding {
		signature.finding == set() with input as event
	}
}

_other_program := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/ls", "argv": ["ls", "-d"]},
		"process": {"exe": "/usr/bin/ls"},
	},
]

test_other_program_is_silent if {
	every event in _other_program {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _decoding {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _decoding[0]
		with data.exceptions as {"TW-0120": [{"exe": _decoding[0].process.exe}]}
}
