package signatures.stdio_over_socket_test

import rego.v2

import data.signatures.stdio_over_socket as signature

# By a function, for the checker takes a literal for a type of its own.
_address(family, fields) := object.union({"sa_family": family}, fields)

_peer := _address("AF_INET", {"sin_addr": "203.0.113.5", "sin_port": 4444})

_dup := {
	"event": "socket_dup",
	"args": {"oldfd": 3, "newfd": 0, "remote_addr": _peer},
	"return_value": 0,
	"process": {"exe": "/usr/bin/bash"},
}

_connect := {
	"event": "security_socket_connect",
	"args": {"sockfd": 0, "type": "SOCK_STREAM", "remote_addr": _peer},
	"return_value": 0,
	"process": {"exe": "/tmp/shell"},
}

_accept := {
	"event": "security_socket_accept",
	"args": {"sockfd": 5, "local_addr": null, "remote_addr": _peer},
	"return_value": 0,
	"process": {"exe": "/tmp/shell"},
}

test_each_standard_descriptor_is_reported if {
	every descriptor in [0, 1, 2] {
		signature.finding == {{"descriptor": descriptor, "peer": _peer}} with input as object.union(
			_dup,
			{"args": {"newfd": descriptor}},
		)
	}
}

test_ipv6_is_reported if {
	peer := _address("AF_INET6", {"sin6_addr": "2001:db8::5", "sin6_port": 4444})
	socket := object.union(object.remove(_dup, ["args"]), {"args": {"oldfd": 3, "newfd": 1, "remote_addr": peer}})
	signature.finding == {{"descriptor": 1, "peer": peer}} with input as socket
}

# dup2 first and connect afterwards is the same shell.
test_socket_without_a_peer_is_reported if {
	peer := _address("AF_INET", {"sin_addr": "0.0.0.0", "sin_port": 0})
	signature.finding == {{"descriptor": 0, "peer": peer}} with input as object.union(
		_dup,
		{"args": {"remote_addr": peer}},
	)
}

test_connect_of_standard_input_is_reported if {
	signature.finding == {{"descriptor": 0, "peer": _peer}} with input as _connect
}

test_accept_into_standard_input_is_reported if {
	signature.finding == {{"descriptor": 0, "peer": _peer}} with input as _accept
}

test_other_descriptor_is_silent if {
	signature.finding == set() with input as object.union(_dup, {"args": {"newfd": 7}})
	signature.finding == set() with input as object.union(_connect, {"args": {"sockfd": 7}})
	signature.finding == set() with input as object.union(_accept, {"return_value": 7})
}

test_unix_socket_is_silent if {
	signature.finding == set() with input as object.union(
		_dup,
		{"args": {"remote_addr": {"sa_family": "AF_UNIX", "sun_path": "/run/x"}}},
	)
}

test_sshd_is_silent if {
	signature.finding == set() with input as object.union(_dup, {"process": {"exe": "/usr/sbin/sshd"}})
}

test_unknown_peer_is_silent if {
	signature.finding == set() with input as object.union(_dup, {"args": {"remote_addr": null}})
}

test_missing_executable_is_reported if {
	signature.finding == {{"descriptor": 0, "peer": _peer}} with input as object.remove(_dup, ["process"])
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_dup, ["args"])
	signature.finding == set() with input as object.remove(_connect, ["args"])
	signature.finding == set() with input as object.remove(_accept, ["return_value"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _dup with data.exceptions as {"TW-0104": [{"exe": "/usr/bin/bash"}]}
}
