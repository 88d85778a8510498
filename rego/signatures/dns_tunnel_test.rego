package signatures.dns_tunnel_test

import rego.v2

import data.signatures.dns_tunnel as signature

_ipv4 := {"sa_family": "AF_INET", "sin_addr": "192.0.2.1", "sin_port": 53}

_ipv6 := {"sa_family": "AF_INET6", "sin6_addr": "2001:db8::1", "sin6_port": 53}

_sent(address, bytes) := {
	"event": "sendto",
	"args": {"dest_addr": address, "len": bytes},
	"process": {"exe": "/tmp/x", "key": "p"},
}

_connected(address) := {
	"event": "security_socket_connect",
	"args": {"remote_addr": address},
	"process": {"exe": "/tmp/x", "key": "p"},
}

_state(key, number) := {key: {sprintf("%d", [fact]): {"at": 1} | some fact in numbers.range(1, number)}}

_question := _sent(_ipv4, 80)

test_long_questions_are_remembered if {
	every address in [_ipv4, _ipv6] {
		signature.remember == {{"key": "questions p", "seconds": 60, "at_least": 30}} with input as _sent(address, 80)
	}
}

test_short_questions_are_not if {
	signature.remember == set() with input as _sent(_ipv4, 79)
}

test_connections_are_remembered if {
	every address in [_ipv4, _ipv6] {
		fact := {"key": "connections p", "seconds": 60, "at_least": 200}
		signature.remember == {fact} with input as _connected(address)
	}
}

test_connections_to_other_ports_are_not if {
	signature.remember == set() with input as _connected(object.union(_ipv4, {"sin_port": 443}))
	signature.remember == set() with input as _sent(object.union(_ipv4, {"sin_port": 443}), 80)
}

test_name_servers_are_not_remembered if {
	every event in [_question, _connected(_ipv4)] {
		signature.remember == set() with input as object.union(event, {"process": {"exe": "/usr/sbin/named"}})
	}
}

test_many_questions_are_reported if {
	signature.finding == {{"questions": 30}} with input as _question with data.state as _state("questions p", 30)
}

test_many_connections_are_reported if {
	signature.finding == {{"connections": 200}} with input as _connected(_ipv4)
		with data.state as _state("connections p", 200)
}

test_few_are_silent if {
	signature.finding == set() with input as _question with data.state as _state("questions p", 29)
	signature.finding == set() with input as _connected(_ipv4) with data.state as _state("connections p", 199)
	signature.finding == set() with input as _connected(_ipv4)
}

test_missing_field_is_silent if {
	every event in [_question, _connected(_ipv4)] {
		signature.remember == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["process"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _question
		with data.state as _state("questions p", 30)
		with data.exceptions as {"TW-0194": [{"exe": "/tmp/x"}]}
}
