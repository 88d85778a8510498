package signatures.execution_from_temporary_directory_test

import rego.v2

import data.signatures.execution_from_temporary_directory as signature

_exec(path) := {
	"event": "sched_process_exec",
	"args": {"pathname": path, "cmdpath": "./x", "interp": "./x", "pwd": "/root"},
	"process": {"exe": path},
}

test_program_is_reported if {
	every path in ["/tmp/x", "/var/tmp/.a/x"] {
		signature.finding == {{"pathname": path, "cmdpath": "./x"}} with input as _exec(path)
	}
}

test_script_is_reported if {
	signature.finding == {{"pathname": "/usr/bin/dash", "cmdpath": "./a.sh"}} with input as object.union(
		_exec("/usr/bin/dash"),
		{"args": {"cmdpath": "./a.sh", "interp": "/bin/sh", "pwd": "/tmp/build"}},
	)
}

test_other_place_is_silent if {
	every path in ["/usr/bin/true", "/home/u/tmp/x", "/tmpx/x"] {
		signature.finding == set() with input as _exec(path)
	}
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_exec("/tmp/x"), ["args"])
	signature.finding == set() with input as _exec(null)
}

test_exception_is_silent if {
	signature.finding == set() with input as _exec("/tmp/build/x")
		with data.exceptions as {"TW-0115": [{"pathname": "/tmp/build/"}]}
}
