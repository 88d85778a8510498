package signatures.shell_with_socket_input_test

import rego.v2

import data.signatures.shell_with_socket_input as signature

_shell := {
	"event": "sched_process_exec",
	"args": {"pathname": "/usr/bin/dash", "argv": ["sh"], "stdin_type": "S_IFSOCK"},
	"process": {"exe": "/usr/bin/dash"},
}

test_shell_is_reported if {
	signature.finding == {{"pathname": "/usr/bin/dash", "argv": ["sh"]}} with input as _shell
}

test_other_input_is_silent if {
	every type in ["S_IFCHR", "S_IFIFO", "S_IFREG", "unknown"] {
		signature.finding == set() with input as object.union(_shell, {"args": {"stdin_type": type}})
	}
}

test_other_program_is_silent if {
	signature.finding == set() with input as object.union(_shell, {"args": {"pathname": "/usr/sbin/sshd"}})
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_shell, ["args"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _shell
		with data.exceptions as {"TW-0117": [{"exe": "/usr/bin/dash"}]}
}
