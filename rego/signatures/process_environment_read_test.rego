package signatures.process_environment_read_test

import rego.v2

import data.signatures.process_environment_read as signature

_read(path) := {
	"event": "security_file_open",
	"args": {"pathname": path, "flags": ["O_RDONLY"]},
	"process": {"exe": "/usr/bin/cat", "pid": 4711, "ns_pid": 12},
	"container": {"id": "ab"},
}

test_environment_of_another_is_reported if {
	signature.finding == {{"pathname": "/proc/1/environ"}} with input as _read("/proc/1/environ")
}

test_own_environment_is_silent if {
	every path in ["/proc/12/environ", "/proc/4711/environ"] {
		signature.finding == set() with input as _read(path)
	}
}

test_the_host_is_silent if {
	signature.finding == set() with input as object.union(_read("/proc/1/environ"), {"container": null})
}

test_other_file_is_silent if {
	signature.finding == set() with input as _read("/etc/environ")
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_read("/proc/1/environ"), ["args"])
}

_agent := object.union(_read("/proc/1/environ"), {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0180": [{"exe": "/opt/ours/agent"}]}
}
