package signatures.ssh_to_unusual_port_test

import rego.v2

import data.signatures.ssh_to_unusual_port as signature

_said(event) := {"peer": event.args.remote_addr}

_port := [
	{
		"event": "security_socket_connect",
		"args": {"type": "SOCK_STREAM", "remote_addr": {"sa_family": "AF_INET", "sin_addr": "127.0.0.1", "sin_port": 443}},
		"process": {"exe": "/usr/bin/ssh"},
	},
	{
		"event": "security_socket_connect",
		"args": {"type": "SOCK_STREAM", "remote_addr": {"sa_family": "AF_INET6", "sin6_addr": "::1", "sin6_port": 80}},
		"process": {"exe": "/usr/bin/ssh"},
	},
]

test_port_is_reported if {
	every event in _port {
		signature.finding == {_said(event)} with input as event
	}
}

_usual_port := [
	{
		"event": "security_socket_connect",
		"args": {"type": "SOCK_STREAM", "remote_addr": {"sa_family": "AF_INET", "sin_addr": "127.0.0.1", "sin_port": 22}},
		"process": {"exe": "/usr/bin/ssh"},
	},
	{
		"event": "security_socket_connect",
		"args": {"type": "SOCK_STREAM", "remote_addr": {"sa_family": "AF_INET", "sin_addr": "127.0.0.1", "sin_port": 0}},
		"process": {"exe": "/usr/bin/ssh"},
	},
]

test_usual_port_is_silent if {
	every event in _usual_port {
		signature.finding == set() with input as event
	}
}

_resolver := [
	{
		"event": "security_socket_connect",
		"args": {"type": "SOCK_DGRAM", "remote_addr": {"sa_family": "AF_INET", "sin_addr": "127.0.0.53", "sin_port": 53}},
		"process": {"exe": "/usr/bin/ssh"},
	},
]

test_resolver_is_silent if {
	every event in _resolver {
		signature.finding == set() with input as event
	}
}

_other_program := [
	{
		"event": "security_socket_connect",
		"args": {"type": "SOCK_STREAM", "remote_addr": {"sa_family": "AF_INET", "sin_addr": "127.0.0.1", "sin_port": 443}},
		"process": {"exe": "/usr/bin/curl"},
	},
]

test_other_program_is_silent if {
	every event in _other_program {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _port {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _port[0]
		with data.exceptions as {"TW-0156": [{"exe": _port[0].process.exe}]}
}

_connects(exe, port) := {
	"event": "security_socket_connect",
	"args": {"type": "SOCK_STREAM", "remote_addr": {"sa_family": "AF_INET", "sin_addr": "127.0.0.1", "sin_port": port}},
	"process": {"exe": exe},
}

test_every_other_port_is_reported if {
	every port in [1, 21, 23, 2222, 65535] {
		every exe in ["/usr/bin/ssh", "/usr/bin/ssh-keyscan", "/tmp/dbclient"] {
			event := _connects(exe, port)
			signature.finding == {{"peer": event.args.remote_addr}} with input as event
		}
	}
}
