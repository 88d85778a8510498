package signatures.file_hidden_among_devices_test

import rego.v2

import data.signatures.file_hidden_among_devices as signature

_made(path) := {
	"event": "security_file_open",
	"args": {"pathname": path, "flags": ["O_WRONLY", "O_CREAT"]},
	"process": {"exe": "/usr/bin/cp"},
}

test_file_is_reported if {
	every path in ["/dev/x", "/dev/.hidden", "/dev/bus/x"] {
		signature.finding == {{"pathname": path}} with input as _made(path)
	}
}

test_devices_and_their_directories_are_silent if {
	every path in ["/dev/null", "/dev/tty1", "/dev/shm/x", "/dev/fd/3", "/devices/x"] {
		signature.finding == set() with input as _made(path)
	}
}

test_reading_is_silent if {
	event := object.union(_made("/dev/x"), {"args": {"flags": ["O_RDONLY"]}})
	signature.finding == set() with input as event
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_made("/dev/x"), ["args"])
}

_agent := object.union(_made("/dev/x"), {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0186": [{"exe": "/opt/ours/agent"}]}
}
