package signatures.connection_by_shell_test

import rego.v2

import data.signatures.connection_by_shell as signature

_connects(exe, family) := {
	"event": "security_socket_connect",
	"args": {"remote_addr": {"sa_family": family}},
	"process": {"exe": exe},
}

test_shell_is_reported if {
	every family in ["AF_INET", "AF_INET6"] {
		signature.finding == {{"peer": {"sa_family": family}}} with input as _connects("/usr/bin/bash", family)
	}
}

test_other_program_and_local_socket_are_silent if {
	signature.finding == set() with input as _connects("/usr/bin/curl", "AF_INET")
	signature.finding == set() with input as _connects("/usr/bin/bash", "AF_UNIX")
}

_one := {"event": "security_socket_connect", "args": {"remote_addr": {"sa_family": "AF_INET"}}, "process": {"exe": "/usr/bin/bash"}}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_one, ["args"])
	signature.finding == set() with input as object.remove(_one, ["event"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _one
		with data.exceptions as {"TW-0206": [{"exe": "/usr/bin/bash"}]}
}
