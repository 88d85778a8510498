package signatures.anti_debugging_test

import rego.v2

import data.signatures.anti_debugging as signature

_traceme := {
	"event": "ptrace",
	"args": {"request": "PTRACE_TRACEME", "pid": 0},
	"process": {"exe": "/tmp/dropper", "comm": "dropper"},
}

test_traceme_is_reported if {
	signature.finding == {{"request": "PTRACE_TRACEME"}} with input as _traceme
}

test_child_of_a_debugger_is_silent if {
	signature.finding == set() with input as object.union(_traceme, {"process": {"exe": "/usr/bin/gdb"}})
}

# A name is what anybody can take.
test_name_of_a_debugger_does_not_help if {
	signature.finding == {{"request": "PTRACE_TRACEME"}} with input as object.union(
		_traceme,
		{"process": {"comm": "gdb"}},
	)
}

test_other_request_is_silent if {
	signature.finding == set() with input as object.union(_traceme, {"args": {"request": "PTRACE_ATTACH"}})
}

test_unknown_executable_is_reported if {
	signature.finding == {{"request": "PTRACE_TRACEME"}} with input as object.union(
		_traceme,
		{"process": {"exe": null}},
	)
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_traceme, ["args"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _traceme
		with data.exceptions as {"TW-0102": [{"exe": "/tmp/dropper"}]}
}
