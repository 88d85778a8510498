package signatures.metadata_service_contact_test

import rego.v2

import data.signatures.metadata_service_contact as signature

_connected(address) := {
	"event": "security_socket_connect",
	"args": {"remote_addr": address},
	"process": {"exe": "/usr/bin/curl"},
}

_service := {"sa_family": "AF_INET", "sin_addr": "169.254.169.254", "sin_port": 80}

test_contact_is_reported if {
	every address in [_service, {"sa_family": "AF_INET6", "sin6_addr": "fd00:ec2::254", "sin6_port": 80}] {
		signature.finding == {{"peer": address}} with input as _connected(address)
	}
}

test_other_address_is_silent if {
	address := {"sa_family": "AF_INET", "sin_addr": "169.254.0.1", "sin_port": 80}
	signature.finding == set() with input as _connected(address)
}

test_agent_is_silent if {
	event := object.union(_connected(_service), {"process": {"exe": "/usr/bin/google_guest_agent"}})
	signature.finding == set() with input as event
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_connected(_service), ["args"])
}

_agent := object.union(_connected(_service), {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0179": [{"exe": "/opt/ours/agent"}]}
}
