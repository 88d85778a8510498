package signatures.packet_socket_test

import rego.v2

import data.signatures.packet_socket as signature

_said(event) := object.filter(event.args, {"type", "protocol"})

_packet_socket := [
	{
		"event": "security_socket_create",
		"args": {"family": "AF_PACKET", "type": "SOCK_RAW", "protocol": 768},
		"process": {"exe": "/usr/bin/python3.11"},
	},
	{
		"event": "security_socket_create",
		"args": {"family": "AF_PACKET", "type": "SOCK_RAW", "protocol": 768},
		"process": {"exe": "/tmp/tcpdump"},
	},
	{
		"event": "security_socket_create",
		"args": {"family": "AF_PACKET", "type": "SOCK_DGRAM", "protocol": 768},
		"process": {"exe": "/usr/bin/python3.11"},
	},
	{
		"event": "security_socket_create",
		"args": {"family": "AF_PACKET", "type": "SOCK_DGRAM", "protocol": 768},
		"process": {"exe": "/tmp/tcpdump"},
	},
]

test_packet_socket_is_reported if {
	every event in _packet_socket {
		signature.finding == {_said(event)} with input as event
	}
}

_network_program := [
	{
		"event": "security_socket_create",
		"args": {"family": "AF_PACKET", "type": "SOCK_RAW", "protocol": 768},
		"process": {"exe": "/usr/bin/tcpdump"},
	},
	{
		"event": "security_socket_create",
		"args": {"family": "AF_PACKET", "type": "SOCK_RAW", "protocol": 768},
		"process": {"exe": "/sbin/dhclient"},
	},
	{
		"event": "security_socket_create",
		"args": {"family": "AF_PACKET", "type": "SOCK_RAW", "protocol": 768},
		"process": {"exe": "/usr/lib/systemd/systemd-networkd"},
	},
]

test_network_program_is_silent if {
	every event in _network_program {
		signature.finding == set() with input as event
	}
}

_other_family := [
	{
		"event": "security_socket_create",
		"args": {"family": "AF_INET", "type": "SOCK_RAW", "protocol": 1},
		"process": {"exe": "/usr/bin/ping"},
	},
	{
		"event": "security_socket_create",
		"args": {"family": "AF_NETLINK", "type": "SOCK_RAW", "protocol": 1},
		"process": {"exe": "/usr/bin/ping"},
	},
]

test_other_family_is_silent if {
	every event in _other_family {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _packet_socket {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _packet_socket[0]
		with data.exceptions as {"TW-0138": [{"exe": _packet_socket[0].process.exe}]}
}

_raw(family, exe) := {
	"event": "security_socket_create",
	"args": {"family": family, "type": "SOCK_RAW", "protocol": 6},
	"process": {"exe": exe, "comm": "x"},
}

test_raw_socket_is_reported if {
	every family in ["AF_INET", "AF_INET6"] {
		signature.finding == {{"type": "SOCK_RAW", "protocol": 6}} with input as _raw(family, "/usr/bin/python3.11")
	}
}

test_other_raw_sockets_are_silent if {
	signature.finding == set() with input as _raw("AF_NETLINK", "/usr/bin/python3.11")
	signature.finding == set() with input as _raw("AF_INET", "/usr/bin/ping")
	signature.finding == set() with input as object.union(_raw("AF_INET", "/usr/bin/x"), {"args": {"type": "SOCK_DGRAM"}})
}
