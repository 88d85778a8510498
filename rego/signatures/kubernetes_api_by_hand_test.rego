package signatures.kubernetes_api_by_hand_test

import rego.v2

import data.signatures.kubernetes_api_by_hand as signature

_said(event) := object.filter(event.args, {"pathname", "argv"})

_call := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/busybox", "argv": ["nc", "-w1", "10.0.0.1", "443"], "env": ["A=b", "KUBERNETES_SERVICE_HOST=10.0.0.1"]},
		"process": {"exe": "/bin/busybox"},
		"container": {"id": "ab"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/curl", "argv": ["curl", "https://kubernetes.default.svc/api"], "env": []},
		"process": {"exe": "/usr/bin/curl"},
		"container": {"id": "ab"},
	},
]

test_call_is_reported if {
	every event in _call {
		signature.finding == {_said(event)} with input as event
	}
}

_host := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/curl", "argv": ["curl", "https://kubernetes.default.svc/api"], "env": []},
		"process": {"exe": "/usr/bin/curl"},
		"container": null,
	},
]

test_host_is_silent if {
	every event in _host {
		signature.finding == set() with input as event
	}
}

_other_address := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/busybox", "argv": ["nc", "-w1", "10.0.0.2", "443"], "env": ["KUBERNETES_SERVICE_HOST=10.0.0.1"]},
		"process": {"exe": "/bin/busybox"},
		"container": {"id": "ab"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/busybox", "argv": ["nc", "10.0.0.1", "443"], "env": ["KUBERNETES_SERVICE_HOST="]},
		"process": {"exe": "/bin/busybox"},
		"container": {"id": "ab"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/busybox", "argv": ["nc", "10.0.0.1", "443"], "env": []},
		"process": {"exe": "/bin/busybox"},
		"container": {"id": "ab"},
	},
]

test_other_address_is_silent if {
	every event in _other_address {
		signature.finding == set() with input as event
	}
}

_other_program := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/app/server", "argv": ["server", "10.0.0.1"], "env": ["KUBERNETES_SERVICE_HOST=10.0.0.1"]},
		"process": {"exe": "/app/server"},
		"container": {"id": "ab"},
	},
]

test_other_program_is_silent if {
	every event in _other_program {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _call {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _call[0]
		with data.exceptions as {"TW-0155": [{"exe": _call[0].process.exe}]}
}
