package signatures.path_traversal_read_test

import rego.v2

import data.signatures.path_traversal_read as signature

_opened(path, given) := {
	"event": "security_file_open",
	"args": {"pathname": path, "syscall_pathname": given, "flags": ["O_RDONLY"]},
	"process": {"exe": "/usr/bin/cat"},
}

test_climbing_is_reported if {
	every path in ["/etc/passwd", "/etc/ssl/private/x.key", "/root/.ssh/id_rsa", "/home/u/.ssh/id_rsa"] {
		given := concat("", ["../../..", path])
		signature.finding == {{"pathname": path, "given": given}} with input as _opened(path, given)
	}
}

test_plain_path_is_silent if {
	signature.finding == set() with input as _opened("/etc/passwd", "/etc/passwd")
	signature.finding == set() with input as _opened("/etc/passwd", "../etc/passwd")
}

test_other_file_is_silent if {
	signature.finding == set() with input as _opened("/usr/lib/crt1.o", "/usr/lib/gcc/../../lib/crt1.o")
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_opened("/etc/passwd", "../../x"), ["args"])
}

_agent := object.union(_opened("/etc/passwd", "../../x"), {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0174": [{"exe": "/opt/ours/agent"}]}
}
