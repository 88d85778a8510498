package signatures.namespace_entered_in_container_test

import rego.v2

import data.signatures.namespace_entered_in_container as signature

_said(event) := object.filter(event.args, {"nstype", "fd"})

_entering := [
	{
		"event": "setns",
		"args": {"fd": 3, "nstype": ["CLONE_NEWNS"]},
		"process": {"exe": "/bin/busybox"},
		"container": {"id": "ab"},
	},
	{
		"event": "setns",
		"args": {"fd": 3, "nstype": ["CLONE_NEWNS"]},
		"process": {"exe": "/usr/bin/nsenter"},
		"container": {"id": "ab"},
	},
	{
		"event": "setns",
		"args": {"fd": 3, "nstype": ["CLONE_NEWNS"]},
		"process": {"exe": "memfd:x"},
		"container": {"id": "ab"},
	},
	{
		"event": "setns",
		"args": {"fd": 3, "nstype": []},
		"process": {"exe": "/bin/busybox"},
		"container": {"id": "ab"},
	},
	{
		"event": "setns",
		"args": {"fd": 3, "nstype": []},
		"process": {"exe": "/usr/bin/nsenter"},
		"container": {"id": "ab"},
	},
	{
		"event": "setns",
		"args": {"fd": 3, "nstype": []},
		"process": {"exe": "memfd:x"},
		"container": {"id": "ab"},
	},
]

test_entering_is_reported if {
	every event in _entering {
		signature.finding == {_said(event)} with input as event
	}
}

_host := [
	{
		"event": "setns",
		"args": {"fd": 3, "nstype": ["CLONE_NEWNS"]},
		"process": {"exe": "/usr/bin/nsenter"},
		"container": null,
	},
]

test_host_is_silent if {
	every event in _host {
		signature.finding == set() with input as event
	}
}

_runtime := [
	{
		"event": "setns",
		"args": {"fd": 3, "nstype": ["CLONE_NEWNS"]},
		"process": {"exe": "/usr/bin/runc"},
		"container": {"id": "ab"},
	},
	{
		"event": "setns",
		"args": {"fd": 3, "nstype": ["CLONE_NEWNS"]},
		"process": {"exe": "memfd:runc_cloned:/proc/self/exe", "ancestors": [{"exe": "/usr/bin/runc"}]},
		"container": {"id": "ab"},
	},
]

test_runtime_is_silent if {
	every event in _runtime {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _entering {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _entering[0]
		with data.exceptions as {"TW-0146": [{"exe": _entering[0].process.exe}]}
}
