package signatures.password_guessing_test

import rego.v2

import data.signatures.password_guessing as signature

_ended(exe, code, uid) := {
	"event": "sched_process_exit",
	"args": {"exit_code": code, "process_group_exit": true},
	"process": {"exe": exe, "uid": uid},
}

_state(number) := {"1000": {sprintf("%d", [fact]): {"at": 1} | some fact in numbers.range(1, number)}}

_failure := _ended("/usr/bin/su", 1, 1000)

test_failures_are_remembered if {
	every exe in ["/usr/bin/su", "/usr/bin/sudo", "/usr/sbin/unix_chkpwd"] {
		signature.remember == {{"key": 1000, "seconds": 60, "at_least": 5}} with input as _ended(exe, 1, 1000)
	}
}

test_five_failures_are_reported if {
	signature.finding == {{"failures": 5, "exe": "/usr/bin/su", "uid": 1000}} with input as _failure
		with data.state as _state(5)
}

test_four_failures_are_silent if {
	signature.finding == set() with input as _failure with data.state as _state(4)
}

test_success_root_and_other_programs_are_not_remembered if {
	every event in [_ended("/usr/bin/su", 0, 1000), _ended("/usr/bin/su", 1, 0), _ended("/usr/bin/false", 1, 1000)] {
		signature.remember == set() with input as event
	}
}

test_end_of_a_thread_is_not_remembered if {
	signature.remember == set() with input as object.union(
		_failure,
		{"args": {"process_group_exit": false}},
	)
}

test_missing_field_is_silent if {
	signature.remember == set() with input as object.remove(_failure, ["args"])
	signature.finding == set() with input as object.remove(_failure, ["process"])
		with data.state as _state(5)
}

test_exception_is_silent if {
	signature.finding == set() with input as _failure
		with data.state as _state(5)
		with data.exceptions as {"TW-0195": [{"uid": 1000}]}
}
