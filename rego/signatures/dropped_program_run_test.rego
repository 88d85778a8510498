package signatures.dropped_program_run_test

import rego.v2

import data.signatures.dropped_program_run as signature

_made := {
	"event": "chmod_common",
	"args": {"pathname": "/home/u/x", "mode": ["S_IFREG", "S_IXUSR", "S_IRUSR"]},
	"process": {"exe": "/usr/bin/chmod"},
}

_run := {
	"event": "sched_process_exec",
	"args": {"pathname": "/home/u/x", "cmdpath": "./x", "interp": "./x"},
	"process": {"exe": "/home/u/x"},
}

_script := {
	"event": "sched_process_exec",
	"args": {"pathname": "/usr/bin/dash", "cmdpath": "/home/u/x", "interp": "/bin/sh"},
	"process": {"exe": "/usr/bin/dash"},
}

_state(made, run) := {"/home/u/x": {"made executable": {"at": made}, "run": {"at": run}}}

_fact(item) := {"key": "/home/u/x", "item": item, "seconds": 120, "at_least": 2}

test_both_halves_are_remembered if {
	signature.remember == {_fact("made executable")} with input as _made
	signature.remember == {_fact("run")} with input as _run
	signature.remember == {_fact("run")} with input as _script
}

test_made_executable_and_run_is_reported if {
	every event in [_made, _run, _script] {
		signature.finding == {{"pathname": "/home/u/x"}} with input as event with data.state as _state(1, 2)
	}
}

test_run_before_is_silent if {
	every event in [_made, _run, _script] {
		signature.finding == set() with input as event with data.state as _state(2, 1)
	}
}

test_one_half_is_silent if {
	signature.finding == set() with input as _run with data.state as {"/home/u/x": {"run": {"at": 1}}}
	signature.finding == set() with input as _made with data.state as {"/home/u/x": {"made executable": {"at": 1}}}
}

test_other_places_are_not_remembered if {
	signature.remember == set() with input as object.union(_made, {"args": {"pathname": "/usr/bin/x"}})
	signature.remember == set() with input as object.union(_run, {"args": {"pathname": "/usr/bin/x"}})
}

test_other_bits_and_makers_are_not_remembered if {
	signature.remember == set() with input as object.union(_made, {"args": {"mode": ["S_IFREG", "S_IRUSR"]}})
	every exe in ["/usr/bin/ld", "/usr/bin/x86_64-linux-gnu-ld.bfd", "/usr/bin/dpkg"] {
		signature.remember == set() with input as object.union(_made, {"process": {"exe": exe}})
	}
}

test_missing_field_is_silent if {
	every event in [_made, _run, _script] {
		signature.remember == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["args"]) with data.state as _state(1, 2)
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _run
		with data.state as _state(1, 2)
		with data.exceptions as {"TW-0196": [{"pathname": "/home/u/"}]}
}
