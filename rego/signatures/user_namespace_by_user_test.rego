package signatures.user_namespace_by_user_test

import rego.v2

import data.signatures.user_namespace_by_user as signature

_said(event) := {"flags": event.args.flags, "uid": event.process.uid}

_namespace := [
	{
		"event": "unshare",
		"args": {"flags": ["CLONE_NEWUSER"]},
		"process": {"exe": "/usr/bin/unshare", "uid": 1000},
	},
	{
		"event": "unshare",
		"args": {"flags": ["CLONE_NEWNS", "CLONE_NEWUSER"]},
		"process": {"exe": "/usr/bin/unshare", "uid": 65534},
	},
	{
		"event": "clone",
		"args": {"flags": ["CLONE_NEWUSER", "SIGCHLD"]},
		"process": {"exe": "/tmp/x", "uid": 1000},
	},
]

test_namespace_is_reported if {
	every event in _namespace {
		signature.finding == {_said(event)} with input as event
	}
}

_root := [
	{
		"event": "unshare",
		"args": {"flags": ["CLONE_NEWUSER"]},
		"process": {"exe": "/usr/bin/unshare", "uid": 0},
	},
]

test_root_is_silent if {
	every event in _root {
		signature.finding == set() with input as event
	}
}

_other_namespace := [
	{
		"event": "unshare",
		"args": {"flags": ["CLONE_NEWNET"]},
		"process": {"exe": "/usr/bin/unshare", "uid": 1000},
	},
]

test_other_namespace_is_silent if {
	every event in _other_namespace {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _namespace {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _namespace[0]
		with data.exceptions as {"TW-0130": [{"exe": _namespace[0].process.exe}]}
}
