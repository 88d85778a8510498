package signatures.long_dns_query_test

import rego.v2

import data.signatures.long_dns_query as signature

_ipv4 := {"sa_family": "AF_INET", "sin_addr": "192.0.2.1", "sin_port": 53}

_ipv6 := {"sa_family": "AF_INET6", "sin6_addr": "2001:db8::1", "sin6_port": 53}

_asked(address, bytes) := {
	"event": "sendto",
	"args": {"dest_addr": address, "len": bytes},
	"process": {"exe": "/tmp/x"},
}

_long_question := _asked(_ipv4, 84)

test_long_question_is_reported if {
	every address in [_ipv4, _ipv6] {
		signature.finding == {{"bytes": 84, "address": address}} with input as _asked(address, 84)
	}
}

test_ordinary_question_is_silent if {
	signature.finding == set() with input as _asked(_ipv4, 79)
}

test_other_port_is_silent if {
	signature.finding == set() with input as _asked(object.union(_ipv4, {"sin_port": 514}), 84)
	signature.finding == set() with input as _asked(object.union(_ipv6, {"sin6_port": 514}), 84)
}

test_name_server_is_silent if {
	every exe in ["/usr/sbin/named", "/usr/lib/systemd/systemd-resolved"] {
		signature.finding == set() with input as object.union(_long_question, {"process": {"exe": exe}})
	}
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_long_question, ["args"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _long_question
		with data.exceptions as {"TW-0193": [{"exe": "/tmp/x"}]}
}
