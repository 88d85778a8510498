package signatures.bpf_program_loaded_test

import rego.v2

import data.signatures.bpf_program_loaded as signature

_loaded := {
	"event": "bpf",
	"args": {"cmd": "BPF_PROG_LOAD"},
	"return_value": 5,
	"process": {"exe": "/opt/tool", "argv": ["tool"]},
}

test_loading_is_reported if {
	signature.finding == {{"cmd": "BPF_PROG_LOAD", "argv": ["tool"]}} with input as _loaded
}

test_other_commands_are_silent if {
	signature.finding == set() with input as object.union(_loaded, {"args": {"cmd": "BPF_MAP_CREATE"}})
}

test_refused_program_is_silent if {
	signature.finding == set() with input as object.union(_loaded, {"return_value": -1})
}

test_loaders_are_silent if {
	every process in [
		{"exe": "/usr/lib/systemd/systemd", "argv": ["systemd"]},
		{"exe": "/usr/bin/python3.11", "argv": ["python", "-m", "collector"]},
		{"exe": "/usr/bin/runc", "argv": ["runc"]},
	] {
		signature.finding == set() with input as object.union(_loaded, {"process": process})
	}
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_loaded, ["args"])
}

_agent := object.union(_loaded, {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0182": [{"exe": "/opt/ours/agent"}]}
}
