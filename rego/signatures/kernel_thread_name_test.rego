package signatures.kernel_thread_name_test

import rego.v2

import data.signatures.kernel_thread_name as signature

_named(name) := {
	"event": "prctl",
	"args": {"option": "PR_SET_NAME"},
	"process": {"exe": "/tmp/x", "comm": name},
}

_thread := _named("kthreadd")

test_names_of_the_kernel_are_reported if {
	every name in ["[kworker/0:1]", "kworker/u8:2-ev", "ksoftirqd/0", "kthreadd", "[anything]"] {
		signature.finding == {{"name": name, "exe": "/tmp/x"}} with input as _named(name)
	}
}

test_other_names_are_silent if {
	every name in ["worker-1", "kdeinit5", "nginx: worker", "irqbalance", "migrate", "k[worker]"] {
		signature.finding == set() with input as _named(name)
	}
}

test_asking_for_the_name_is_silent if {
	signature.finding == set() with input as object.union(_thread, {"args": {"option": "PR_GET_NAME"}})
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_thread, ["args"])
	signature.finding == set() with input as object.remove(_thread, ["process"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _thread
		with data.exceptions as {"TW-0192": [{"exe": "/tmp/x"}]}
}
