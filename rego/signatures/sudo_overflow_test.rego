package signatures.sudo_overflow_test

import rego.v2

import data.signatures.sudo_overflow as signature

_started(argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": "/usr/bin/sudo", "argv": argv},
	"process": {"exe": "/usr/bin/sudo"},
}

test_overflow_is_reported if {
	every argv in [["sudoedit", "-s", `\`], ["sudoedit", "-i", `aaaa\`]] {
		signature.finding == {{"pathname": "/usr/bin/sudo", "argv": argv}} with input as _started(argv)
	}
}

test_ordinary_use_is_silent if {
	every argv in [["sudo", "-s"], ["sudo", "grep", `a\`], ["sudo", "-i", `a\b`]] {
		signature.finding == set() with input as _started(argv)
	}
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_started(["sudo"]), ["args"])
}

_agent := object.union(_started(["sudoedit", "-s", `\`]), {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0184": [{"exe": "/opt/ours/agent"}]}
}
