package signatures.service_account_with_terminal_test

import rego.v2

import data.signatures.service_account_with_terminal as signature

_started(uid, tty) := {
	"event": "sched_process_exec",
	"args": {"pathname": "/usr/bin/bash", "argv": ["bash"], "tty": tty},
	"process": {"exe": "/usr/bin/bash", "uid": uid},
}

test_service_on_a_terminal_is_reported if {
	every uid in [33, 999, 65534] {
		found := {{"pathname": "/usr/bin/bash", "uid": uid, "tty": "pts3"}}
		signature.finding == found with input as _started(uid, "pts3")
	}
}

test_people_and_root_are_silent if {
	every uid in [0, 1000, 60000] {
		signature.finding == set() with input as _started(uid, "pts3")
	}
}

test_no_terminal_is_silent if {
	every tty in ["", null] {
		signature.finding == set() with input as _started(33, tty)
	}
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_started(33, "pts3"), ["args"])
}

_agent := object.union(_started(33, "pts3"), {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0176": [{"exe": "/opt/ours/agent"}]}
}
