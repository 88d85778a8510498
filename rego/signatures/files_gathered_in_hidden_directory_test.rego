package signatures.files_gathered_in_hidden_directory_test

import rego.v2

import data.signatures.files_gathered_in_hidden_directory as signature

_said(event) := object.filter(event.args, {"pathname"})

_copy := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/tmp/.stage/passwd", "flags": ["O_WRONLY", "O_CREAT", "O_EXCL"]},
		"process": {"exe": "/usr/bin/cp"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/tmp/.stage/passwd", "flags": ["O_WRONLY", "O_CREAT", "O_EXCL"]},
		"process": {"exe": "/usr/bin/tar"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/shm/.x/y/z", "flags": ["O_WRONLY", "O_CREAT", "O_EXCL"]},
		"process": {"exe": "/usr/bin/cp"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/dev/shm/.x/y/z", "flags": ["O_WRONLY", "O_CREAT", "O_EXCL"]},
		"process": {"exe": "/usr/bin/tar"},
	},
]

test_copy_is_reported if {
	every event in _copy {
		signature.finding == {_said(event)} with input as event
	}
}

_other_place := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/tmp/x", "flags": ["O_WRONLY", "O_CREAT"]},
		"process": {"exe": "/usr/bin/cp"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/srv/.x", "flags": ["O_WRONLY", "O_CREAT"]},
		"process": {"exe": "/usr/bin/cp"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/tmp/.X11-unix/X0", "flags": ["O_WRONLY", "O_CREAT"]},
		"process": {"exe": "/usr/bin/cp"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/root/.cache/x", "flags": ["O_WRONLY", "O_CREAT"]},
		"process": {"exe": "/usr/bin/cp"},
	},
]

test_other_place_is_silent if {
	every event in _other_place {
		signature.finding == set() with input as event
	}
}

_other_program := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/tmp/.org.chromium.x/y", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/opt/chrome"},
	},
]

test_other_program_is_silent if {
	every event in _other_program {
		signature.finding == set() with input as event
	}
}

_reading := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/tmp/.stage/passwd", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/cp"},
	},
]

test_reading_is_silent if {
	every event in _reading {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _copy {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _copy[0]
		with data.exceptions as {"TW-0164": [{"exe": _copy[0].process.exe}]}
}

test_printed_into_a_hidden_file_is_reported if {
	every exe in ["/usr/bin/bash", "/usr/bin/gzip", "/usr/bin/python3"] {
		signature.finding == {{"pathname": "/tmp/.loot"}} with input as {
			"event": "security_file_open",
			"args": {"pathname": "/tmp/.loot", "flags": ["O_WRONLY", "O_CREAT"]},
			"process": {"exe": exe},
		}
	}
}
