package signatures.network_tool_run_test

import rego.v2

import data.signatures.network_tool_run as signature

_runs(argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv},
	"process": {"exe": concat("", ["/usr/bin/", argv[0]]), "ancestors": []},
}

_said(argv) := {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv}

test_tool_is_reported if {
	every argv in [
		["nc", "127.0.0.1", "80"],
		["socat", "-", "TCP:x:1"],
		["telnet", "x"],
		["nmap", "x"],
	] {
		signature.finding == {_said(argv)} with input as _runs(argv)
	}
}

test_question_and_other_program_is_silent if {
	every argv in [
		["nc", "-h"],
		["nmap", "--version"],
		["ssh", "nc"],
	] {
		signature.finding == set() with input as _runs(argv)
	}
}

_one := {"event": "sched_process_exec", "args": {"pathname": "/usr/bin/nc", "argv": ["nc", "127.0.0.1", "80"]}, "process": {"exe": "/usr/bin/nc", "ancestors": []}}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_one, ["args"])
	signature.finding == set() with input as object.remove(_one, ["event"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _one
		with data.exceptions as {"TW-0204": [{"exe": "/usr/bin/nc"}]}
}
