package signatures.executable_memory_test

import rego.v2

import data.signatures.executable_memory as signature

_said(event) := object.filter(event.args, {"alert", "pathname", "prot"})

_memory := [
	{
		"event": "mem_prot_alert",
		"args": {"alert": "Mmaped region with W+E permissions!", "pathname": "", "prot": ["PROT_READ", "PROT_EXEC"]},
		"process": {"exe": "/usr/bin/python3.11"},
	},
	{
		"event": "mem_prot_alert",
		"args": {"alert": "Mmaped region with W+E permissions!", "pathname": "", "prot": ["PROT_READ", "PROT_EXEC"]},
		"process": {"exe": "/tmp/x"},
	},
	{
		"event": "mem_prot_alert",
		"args": {"alert": "Protection changed from W to E!", "pathname": "", "prot": ["PROT_READ", "PROT_EXEC"]},
		"process": {"exe": "/usr/bin/python3.11"},
	},
	{
		"event": "mem_prot_alert",
		"args": {"alert": "Protection changed from W to E!", "pathname": "", "prot": ["PROT_READ", "PROT_EXEC"]},
		"process": {"exe": "/tmp/x"},
	},
]

test_memory_is_reported if {
	every event in _memory {
		signature.finding == {_said(event)} with input as event
	}
}

_compiler := [
	{
		"event": "mem_prot_alert",
		"args": {"alert": "Protection changed from W to E!", "pathname": "", "prot": ["PROT_EXEC"]},
		"process": {"exe": "/usr/lib/jvm/java-17/bin/java"},
	},
	{
		"event": "mem_prot_alert",
		"args": {"alert": "Protection changed from W to E!", "pathname": "", "prot": ["PROT_EXEC"]},
		"process": {"exe": "/usr/bin/node"},
	},
	{
		"event": "mem_prot_alert",
		"args": {"alert": "Protection changed from W to E!", "pathname": "", "prot": ["PROT_EXEC"]},
		"process": {"exe": "/usr/bin/qemu-system-x86_64"},
	},
]

test_compiler_is_silent if {
	every event in _compiler {
		signature.finding == set() with input as event
	}
}

_executable_only := [
	{
		"event": "mem_prot_alert",
		"args": {"alert": "Protection changed to Executable!", "pathname": "", "prot": ["PROT_EXEC"]},
		"process": {"exe": "/tmp/x"},
	},
	{
		"event": "mem_prot_alert",
		"args": {"alert": 7, "pathname": "", "prot": ["PROT_EXEC"]},
		"process": {"exe": "/tmp/x"},
	},
	{
		"event": "mem_prot_alert",
		"args": {"alert": null, "pathname": "", "prot": ["PROT_EXEC"]},
		"process": {"exe": "/tmp/x"},
	},
]

test_executable_only_is_silent if {
	every event in _executable_only {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _memory {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _memory[0]
		with data.exceptions as {"TW-0122": [{"exe": _memory[0].process.exe}]}
}

_made_executable(prot) := {
	"event": "mem_prot_alert",
	"args": {"alert": "Protection changed to Executable!", "prot": prot, "pathname": ""},
	"process": {"exe": "/usr/bin/x"},
}

test_both_at_once_is_reported if {
	prot := ["PROT_READ", "PROT_WRITE", "PROT_EXEC"]
	signature.finding == {{"alert": "Protection changed to Executable!", "prot": prot, "pathname": ""}} with input as _made_executable(prot)
	signature.finding == set() with input as _made_executable(["PROT_READ", "PROT_EXEC"])
}
