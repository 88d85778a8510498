package signatures.address_randomisation_read_test

import rego.v2

import data.signatures.address_randomisation_read as signature

_read := {
	"event": "security_file_open",
	"args": {"pathname": "/proc/sys/kernel/randomize_va_space", "flags": ["O_RDONLY"]},
	"process": {"exe": "/usr/bin/cat"},
}

test_reading_is_reported if {
	signature.finding == {{"pathname": "/proc/sys/kernel/randomize_va_space"}} with input as _read
}

test_sysctl_is_silent if {
	signature.finding == set() with input as object.union(_read, {"process": {"exe": "/usr/sbin/sysctl"}})
}

test_another_setting_is_silent if {
	event := object.union(_read, {"args": {"pathname": "/proc/sys/kernel/pid_max"}})
	signature.finding == set() with input as event
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_read, ["args"])
}

_agent := object.union(_read, {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0167": [{"exe": "/opt/ours/agent"}]}
}
