package signatures.credential_search_test

import rego.v2

import data.signatures.credential_search as signature

_said(event) := object.filter(event.args, {"pathname", "argv"})

_search := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/grep", "argv": ["grep", "-r", "aws_secret_access_key", "/home"]},
		"process": {"exe": "/usr/bin/grep"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/grep", "argv": ["grep", "-rl", "BEGIN RSA PRIVATE KEY", "/"]},
		"process": {"exe": "/usr/bin/grep"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/grep", "argv": ["grep", "-ri", "password=", "/etc"]},
		"process": {"exe": "/usr/bin/grep"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/find", "argv": ["find", "/", "-name", "id_rsa*"]},
		"process": {"exe": "/usr/bin/find"},
	},
]

test_search_is_reported if {
	every event in _search {
		signature.finding == {_said(event)} with input as event
	}
}

_other_search := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/grep", "argv": ["grep", "-r", "region", "/etc/ssl"]},
		"process": {"exe": "/usr/bin/grep"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/grep", "argv": ["grep", "-q", "^password", "/etc/pam.d/x"]},
		"process": {"exe": "/usr/bin/grep"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/find", "argv": ["find", "/etc", "-name", "passwd"]},
		"process": {"exe": "/usr/bin/find"},
	},
]

test_other_search_is_silent if {
	every event in _other_search {
		signature.finding == set() with input as event
	}
}

_other_program := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/echo", "argv": ["echo", "aws_secret_access_key"]},
		"process": {"exe": "/usr/bin/echo"},
	},
]

test_other_program_is_silent if {
	every event in _other_program {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _search {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _search[0]
		with data.exceptions as {"TW-0142": [{"exe": _search[0].process.exe}]}
}

_runs(argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv},
	"process": {"exe": concat("", ["/usr/bin/", argv[0]]), "ancestors": []},
}

_said(argv) := {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv}

test_file_of_keys_is_reported if {
	every argv in [
		["find", "/", "-iname", "*credentials*"],
		["find", "/home", "-name", "*.kdbx"],
		["find", "/", "-name", "*.key"],
		["locate", "credentials"],
	] {
		signature.finding == {_said(argv)} with input as _runs(argv)
	}
}

test_ordinary_name_is_silent if {
	every argv in [
		["find", "/", "-name", "*.conf"],
		["find", ".", "-name", "*.pem"],
		["grep", "credentials", "x"],
	] {
		signature.finding == set() with input as _runs(argv)
	}
}
