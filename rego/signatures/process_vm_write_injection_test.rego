package signatures.process_vm_write_injection_test

import rego.v2

import data.signatures.process_vm_write_injection as signature

_write := {
	"event": "process_vm_writev",
	"args": {"pid": 4711},
	"process": {"exe": "/tmp/injector", "ns_pid": 12, "pid": 900},
}

test_other_process_is_reported if {
	signature.finding == {{"pid": 4711}} with input as _write
}

test_own_process_is_silent if {
	signature.finding == set() with input as object.union(_write, {"args": {"pid": 12}})
}

# In a pid namespace the host's number of the caller can be somebody else's.
test_host_number_of_the_caller_is_reported if {
	signature.finding == {{"pid": 900}} with input as object.union(_write, {"args": {"pid": 900}})
}

test_debugger_is_silent if {
	signature.finding == set() with input as object.union(_write, {"process": {"exe": "/usr/bin/gdb"}})
}

test_unknown_target_is_silent if {
	signature.finding == set() with input as object.union(_write, {"args": {"pid": null}})
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_write, ["args"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _write with data.exceptions as {"TW-0116": [{"exe": "/tmp/injector"}]}
}
