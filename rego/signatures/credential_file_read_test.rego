package signatures.credential_file_read_test

import rego.v2

import data.signatures.credential_file_read as signature

_said(event) := object.filter(event.args, {"pathname"})

_reading := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/root/.aws/credentials", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/cat"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/root/.aws/credentials", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/grep"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/root/.aws/credentials", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/home/u/.kube/config", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/cat"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/home/u/.kube/config", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/grep"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/home/u/.kube/config", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_reading_is_reported if {
	every event in _reading {
		signature.finding == {_said(event)} with input as event
	}
}

_tool := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/root/.aws/credentials", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/python3.11"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/root/.aws/credentials", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/local/bin/aws"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/root/.aws/credentials", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": null},
	},
]

test_tool_is_silent if {
	every event in _tool {
		signature.finding == set() with input as event
	}
}

_writing := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/root/.aws/credentials", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_writing_is_silent if {
	every event in _writing {
		signature.finding == set() with input as event
	}
}

_other_file := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/root/.aws/config", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/cat"},
	},
]

test_other_file_is_silent if {
	every event in _other_file {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _reading {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _reading[0]
		with data.exceptions as {"TW-0141": [{"exe": _reading[0].process.exe}]}
}

_read_by(argv) := {
	"event": "security_file_open",
	"args": {"pathname": "/root/.aws/credentials", "flags": ["O_RDONLY"]},
	"process": {"exe": "/usr/bin/python3", "argv": argv},
}

test_code_in_the_arguments_is_reported_and_a_script_is_not if {
	signature.finding == {{"pathname": "/root/.aws/credentials"}} with input as _read_by(["python3", "-c", "x"])
	signature.finding == set() with input as _read_by(["python3", "/usr/bin/aws", "s3"])
}
