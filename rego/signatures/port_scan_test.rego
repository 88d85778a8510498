package signatures.port_scan_test

import rego.v2

import data.signatures.port_scan as signature

_connected(address) := {
	"event": "security_socket_connect",
	"args": {"remote_addr": address},
	"process": {"exe": "/usr/bin/x", "key": "p"},
}

_ipv4 := {"sa_family": "AF_INET", "sin_addr": "127.0.0.1", "sin_port": 22}

_ipv6 := {"sa_family": "AF_INET6", "sin6_addr": "::1", "sin6_port": 22}

_state(count) := {"p": {sprintf("%d", [port]): {"at": 1} | some port in numbers.range(1, count)}}

test_ports_are_remembered if {
	every address in [_ipv4, _ipv6] {
		fact := {"key": "p", "item": 22, "seconds": 60, "at_least": 100}
		signature.remember == {fact} with input as _connected(address)
	}
}

test_children_of_one_shell_are_remembered_together if {
	shell := {"key": "q", "pid": 4711, "comm": "bash", "exe": "/bin/bash"}
	child := object.union(_connected(_ipv4), {"process": {"ancestors": [shell]}})
	signature.remember == {
		{"key": "p", "item": 22, "seconds": 60, "at_least": 100},
		{"key": "started by q", "item": 22, "seconds": 60, "at_least": 100},
	} with input as child
	server := object.union(shell, {"exe": "/usr/sbin/nginx"})
	signature.remember == {{"key": "p", "item": 22, "seconds": 60, "at_least": 100}} with input as object.union(
		_connected(_ipv4),
		{"process": {"ancestors": [server]}},
	)
}

test_ports_of_everyday_are_not_remembered if {
	every port in [0, 53, 80, 443, 5432] {
		signature.remember == set() with input as _connected(object.union(_ipv4, {"sin_port": port}))
	}
}

test_many_ports_are_reported if {
	signature.finding == {{"ports": 100}} with input as _connected(_ipv4) with data.state as _state(100)
}

test_few_ports_are_silent if {
	signature.finding == set() with input as _connected(_ipv4) with data.state as _state(99)
	signature.finding == set() with input as _connected(_ipv4)
}

test_missing_field_is_silent if {
	signature.remember == set() with input as object.remove(_connected(_ipv4), ["args"])
}

_agent := _connected(_ipv4)

test_exception_is_silent if {
	signature.finding == set() with input as _agent
		with data.state as _state(100)
		with data.exceptions as {"TW-0190": [{"exe": "/usr/bin/x"}]}
}

test_child_for_each_port_counts_for_its_parent if {
	event := {
		"event": "security_socket_connect",
		"args": {"remote_addr": {"sa_family": "AF_INET", "sin_addr": "127.0.0.1", "sin_port": 7}},
		"process": {"key": "c", "exe": "/usr/bin/python3.11", "ancestors": [{"key": "p", "exe": "/usr/bin/python3.11"}]},
	}
	{fact.key | some fact in signature.remember} == {"c", "started by p"} with input as event
}
