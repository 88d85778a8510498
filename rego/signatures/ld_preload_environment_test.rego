package signatures.ld_preload_environment_test

import rego.v2

import data.signatures.ld_preload_environment as signature

_exec(env) := {
	"event": "sched_process_exec",
	"args": {"pathname": "/usr/bin/true", "env": env},
	"process": {"exe": "/usr/bin/true"},
}

test_ld_preload_is_reported if {
	signature.finding == {{"variables": ["LD_PRELOAD=libm.so.6"], "pathname": "/usr/bin/true"}} with input as _exec([
		"PATH=/bin",
		"LD_PRELOAD=libm.so.6",
	])
}

test_ld_audit_is_reported if {
	signature.finding == {{"variables": ["LD_AUDIT=/tmp/a.so"], "pathname": "/usr/bin/true"}} with input as _exec([
		"LD_AUDIT=/tmp/a.so",
	])
}

test_both_are_one_finding if {
	both := ["LD_PRELOAD=/tmp/a.so", "LD_AUDIT=/tmp/b.so"]
	signature.finding == {{"variables": both, "pathname": "/usr/bin/true"}} with input as _exec(both)
}

test_library_path_is_silent if {
	signature.finding == set() with input as _exec(["LD_LIBRARY_PATH=/usr/lib", "MY_LD_PRELOAD=x"])
}

test_empty_variable_is_silent if {
	signature.finding == set() with input as _exec(["LD_PRELOAD="])
}

test_stdbuf_is_silent if {
	signature.finding == set() with input as _exec(["LD_PRELOAD=/usr/libexec/coreutils/libstdbuf.so"])
}

test_library_behind_that_of_stdbuf_is_reported if {
	variable := "LD_PRELOAD=/usr/libexec/coreutils/libstdbuf.so:/tmp/a.so"
	signature.finding == {{"variables": [variable], "pathname": "/usr/bin/true"}} with input as _exec([variable])
}

# The environment is only sent on request.
test_missing_field_is_silent if {
	signature.finding == set() with input as _exec(null)
	signature.finding == set() with input as object.remove(_exec([]), ["args"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _exec(["LD_PRELOAD=libm.so.6"])
		with data.exceptions as {"TW-0105": [{"pathname": "/usr/bin/"}]}
}

_runs(argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv},
	"process": {"exe": concat("", ["/usr/bin/", argv[0]]), "ancestors": []},
}

_said(argv) := {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv}

test_argument_of_the_linker_is_reported if {
	every argv in [
		["ld-linux-x86-64.so.2", "--preload", "x.so", "/bin/true"],
		["ld-linux-x86-64.so.2", "--audit", "x.so", "/bin/true"],
	] {
		signature.finding == {_said(argv)} with input as _runs(argv)
	}
}

test_other_use_of_the_linker_is_silent if {
	every argv in [
		["ld-linux-x86-64.so.2", "--list", "/bin/true"],
		["cat", "--preload"],
	] {
		signature.finding == set() with input as _runs(argv)
	}
}
