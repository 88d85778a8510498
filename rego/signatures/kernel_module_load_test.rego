package signatures.kernel_module_load_test

import rego.v2

import data.signatures.kernel_module_load as signature

_from_file := {
	"event": "finit_module",
	"args": {"fd": 3, "uargs": "", "flags": [], "pathname": "/usr/lib/modules/6.1.0/kernel/drivers/net/dummy.ko"},
	"return_value": 0,
	"process": {"exe": "/usr/bin/kmod"},
}

_from_memory := {
	"event": "init_module",
	"args": {"umod": "0x7f0000000000", "len": 4096, "uargs": "numdummies=2"},
	"return_value": -38,
	"process": {"exe": "/tmp/loader"},
}

test_load_from_a_file_is_reported if {
	signature.finding == {{
		"parameters": "",
		"pathname": "/usr/lib/modules/6.1.0/kernel/drivers/net/dummy.ko",
	}} with input as _from_file
}

test_refused_load_from_memory_is_reported if {
	signature.finding == {{"parameters": "numdummies=2", "pathname": null}} with input as _from_memory
}

test_unknown_parameters_are_reported if {
	unknown := json.unmarshal("null")
	signature.finding == {{"parameters": unknown, "pathname": null}} with input as object.union(
		_from_memory,
		{"args": {"uargs": unknown}},
	)
}

test_other_event_is_silent if {
	signature.finding == set() with input as object.union(_from_file, {"event": "bpf"})
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_from_file, ["args"])
	signature.finding == set() with input as object.remove(_from_memory, ["event"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _from_file with data.exceptions as {"TW-0110": [{"exe": "/usr/bin/kmod"}]}
}
