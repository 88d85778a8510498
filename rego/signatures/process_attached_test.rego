package signatures.process_attached_test

import rego.v2

import data.signatures.process_attached as signature

_attached(request) := {
	"event": "ptrace",
	"args": {"request": request, "pid": 47},
	"process": {"exe": "/opt/tool"},
}

test_attaching_is_reported if {
	every request in ["PTRACE_ATTACH", "PTRACE_SEIZE"] {
		signature.finding == {{"request": request, "pid": 47}} with input as _attached(request)
	}
}

test_other_requests_are_silent if {
	every request in ["PTRACE_TRACEME", "PTRACE_CONT", 4711] {
		signature.finding == set() with input as _attached(request)
	}
}

test_debugger_is_silent if {
	event := object.union(_attached("PTRACE_SEIZE"), {"process": {"exe": "/usr/bin/strace"}})
	signature.finding == set() with input as event
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_attached("PTRACE_ATTACH"), ["args"])
}

_agent := object.union(_attached("PTRACE_ATTACH"), {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0177": [{"exe": "/opt/ours/agent"}]}
}
