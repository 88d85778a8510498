package signatures.ptrace_injection_test

import rego.v2

import data.signatures.ptrace_injection as signature

_poke := {
	"event": "ptrace",
	"args": {"request": "PTRACE_POKETEXT", "pid": 4711},
	"process": {"exe": "/tmp/injector"},
}

_with_request(request) := object.union(_poke, {"args": {"request": request}})

test_changes_are_reported if {
	every request in ["PTRACE_POKETEXT", "PTRACE_POKEDATA", "PTRACE_POKEUSR", "PTRACE_SETREGS", "PTRACE_SETREGSET"] {
		signature.finding == {{"request": request, "pid": 4711}} with input as _with_request(request)
	}
}

# What strace does.
test_observing_is_silent if {
	every request in ["PTRACE_SEIZE", "PTRACE_SYSCALL", "PTRACE_GETREGSET", "PTRACE_PEEKTEXT", "PTRACE_CONT"] {
		signature.finding == set() with input as _with_request(request)
	}
}

test_breakpoint_of_a_debugger_is_silent if {
	signature.finding == set() with input as object.union(_poke, {"process": {"exe": "/usr/bin/gdb"}})
}

test_missing_executable_is_reported if {
	signature.finding == {{"request": "PTRACE_POKETEXT", "pid": 4711}} with input as object.remove(_poke, ["process"])
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_poke, ["args"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _poke with data.exceptions as {"TW-0103": [{"exe": "/tmp/injector"}]}
}
