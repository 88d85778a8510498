package signatures.service_account_token_read_test

import rego.v2

import data.signatures.service_account_token_read as signature

_said(event) := object.filter(event.args, {"pathname"})

_reading := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/run/secrets/kubernetes.io/serviceaccount/token", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/bin/busybox"},
		"container": {"id": "ab"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/run/secrets/kubernetes.io/serviceaccount/token", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/cat"},
		"container": {"id": "ab"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/run/secrets/kubernetes.io/serviceaccount/token", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/curl"},
		"container": {"id": "ab"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/run/secrets/kubernetes.io/serviceaccount/..2026_11/token", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/bin/busybox"},
		"container": {"id": "ab"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/run/secrets/kubernetes.io/serviceaccount/..2026_11/token", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/cat"},
		"container": {"id": "ab"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/run/secrets/kubernetes.io/serviceaccount/..2026_11/token", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/curl"},
		"container": {"id": "ab"},
	},
]

test_reading_is_reported if {
	every event in _reading {
		signature.finding == {_said(event)} with input as event
	}
}

_client := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/run/secrets/kubernetes.io/serviceaccount/token", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/app/server"},
		"container": {"id": "ab"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/run/secrets/kubernetes.io/serviceaccount/token", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/python3.11"},
		"container": {"id": "ab"},
	},
]

test_client_is_silent if {
	every event in _client {
		signature.finding == set() with input as event
	}
}

_writing := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/run/secrets/kubernetes.io/serviceaccount/token", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/bin/busybox"},
		"container": {"id": "ab"},
	},
]

test_writing_is_silent if {
	every event in _writing {
		signature.finding == set() with input as event
	}
}

_other_file := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/run/secrets/kubernetes.io/serviceaccount/ca.crt", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/bin/cat"},
		"container": {"id": "ab"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/token", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/bin/cat"},
		"container": {"id": "ab"},
	},
]

test_other_file_is_silent if {
	every event in _other_file {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _reading {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _reading[0]
		with data.exceptions as {"TW-0154": [{"exe": _reading[0].process.exe}]}
}
