package signatures.ssh_agent_of_another_user_test

import rego.v2

import data.signatures.ssh_agent_of_another_user as signature

_said(event) := {"peer": event.args.remote_addr}

_agent := [
	{
		"event": "security_socket_connect",
		"args": {"remote_addr": {"sa_family": "AF_UNIX", "sun_path": "/run/user/1000/keyring/ssh"}},
		"process": {"exe": "/usr/bin/ssh-add", "uid": 0},
	},
	{
		"event": "security_socket_connect",
		"args": {"remote_addr": {"sa_family": "AF_UNIX", "sun_path": "/home/u/.ssh/agent/s.1"}},
		"process": {"exe": "/usr/bin/ssh-add", "uid": 0},
	},
	{
		"event": "security_socket_connect",
		"args": {"remote_addr": {"sa_family": "AF_UNIX", "sun_path": "/tmp/ag.sock"}},
		"process": {"exe": "/usr/bin/ssh-add", "uid": 0},
	},
]

test_agent_is_reported if {
	every event in _agent {
		signature.finding == {_said(event)} with input as event
	}
}

_own_agent := [
	{
		"event": "security_socket_connect",
		"args": {"remote_addr": {"sa_family": "AF_UNIX", "sun_path": "/run/user/1000/keyring/ssh"}},
		"process": {"exe": "/usr/bin/ssh-add", "uid": 1000},
	},
	{
		"event": "security_socket_connect",
		"args": {"remote_addr": {"sa_family": "AF_UNIX", "sun_path": "/home/u/.ssh/agent/s.1"}},
		"process": {"exe": "/usr/bin/ssh-add", "uid": 1000},
	},
	{
		"event": "security_socket_connect",
		"args": {"remote_addr": {"sa_family": "AF_UNIX", "sun_path": "/tmp/ssh-XXXXabcd/agent.7"}},
		"process": {"exe": "/usr/bin/ssh-add", "uid": 1000},
	},
]

test_own_agent_is_silent if {
	every event in _own_agent {
		signature.finding == set() with input as event
	}
}

_other_program := [
	{
		"event": "security_socket_connect",
		"args": {"remote_addr": {"sa_family": "AF_UNIX", "sun_path": "/tmp/ag.sock"}},
		"process": {"exe": "/usr/bin/python3.11", "uid": 0},
	},
]

test_other_program_is_silent if {
	every event in _other_program {
		signature.finding == set() with input as event
	}
}

_other_socket := [
	{
		"event": "security_socket_connect",
		"args": {"remote_addr": {"sa_family": "AF_UNIX", "sun_path": "/run/nscd/socket"}},
		"process": {"exe": "/usr/bin/ssh", "uid": 0},
	},
]

test_other_socket_is_silent if {
	every event in _other_socket {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _agent {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _agent[0]
		with data.exceptions as {"TW-0157": [{"exe": _agent[0].process.exe}]}
}

_asked(exe, path) := {
	"event": "security_socket_connect",
	"args": {"remote_addr": {"sa_family": "AF_UNIX", "sun_path": path}},
	"process": {"exe": exe, "uid": 0},
}

test_other_program_and_relative_path_are_reported if {
	every event in [_asked("/usr/bin/python3.11", "/tmp/ssh-XX/agent.7"), _asked("/usr/bin/ssh-add", "ag.sock")] {
		signature.finding == {{"peer": event.args.remote_addr}} with input as event
	}
	every event in [
		_asked("/usr/bin/python3.11", "/tmp/x.sock"),
		_asked("/usr/bin/ssh", "/tmp/ssh-XX/agent.7"),
		_asked("/usr/bin/git", "/tmp/ssh-XX/agent.7"),
	] {
		signature.finding == set() with input as event
	}
}
