package signatures.su_by_service_account_test

import rego.v2

import data.signatures.su_by_service_account as signature

_said(event) := {"pathname": event.args.pathname, "argv": event.args.argv, "uid": event.process.uid}

_service := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/su", "argv": ["su", "-c", "true"]},
		"process": {"exe": "/usr/bin/su", "uid": 33},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/su", "argv": ["su", "-c", "true"]},
		"process": {"exe": "/usr/bin/su", "uid": 65534},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/su", "argv": ["su", "-c", "true"]},
		"process": {"exe": "/usr/bin/su", "uid": 1},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/su", "argv": ["su", "-c", "true"]},
		"process": {"exe": "/usr/bin/su", "uid": 999},
	},
]

test_service_is_reported if {
	every event in _service {
		signature.finding == {_said(event)} with input as event
	}
}

_person := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/su", "argv": ["su"]},
		"process": {"exe": "/usr/bin/su", "uid": 0},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/su", "argv": ["su"]},
		"process": {"exe": "/usr/bin/su", "uid": 1000},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/su", "argv": ["su"]},
		"process": {"exe": "/usr/bin/su", "uid": 4242},
	},
]

test_person_is_silent if {
	every event in _person {
		signature.finding == set() with input as event
	}
}

_other_program := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/sudo", "argv": ["sudo"]},
		"process": {"exe": "/usr/bin/sudo", "uid": 33},
	},
]

test_other_program_is_silent if {
	every event in _other_program {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _service {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _service[0]
		with data.exceptions as {"TW-0165": [{"exe": _service[0].process.exe}]}
}
