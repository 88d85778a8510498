package signatures.setuid_program_without_name_test

import rego.v2

import data.signatures.setuid_program_without_name as signature

_said(event) := object.filter(event.args, {"pathname", "argv"})

_start_without_a_name := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/su", "argv": [], "inode_mode": ["S_IFREG", "S_ISUID", "S_IXUSR"]},
		"process": {"exe": "/usr/bin/su"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/su", "argv": [""], "inode_mode": ["S_IFREG", "S_ISUID", "S_IXUSR"]},
		"process": {"exe": "/usr/bin/su"},
	},
]

test_start_without_a_name_is_reported if {
	every event in _start_without_a_name {
		signature.finding == {_said(event)} with input as event
	}
}

_start_with_a_name := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/su", "argv": ["su"], "inode_mode": ["S_ISUID"]},
		"process": {"exe": "/usr/bin/su"},
	},
]

test_start_with_a_name_is_silent if {
	every event in _start_with_a_name {
		signature.finding == set() with input as event
	}
}

_other_program := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/true", "argv": [""], "inode_mode": ["S_IFREG", "S_IXUSR"]},
		"process": {"exe": "/usr/bin/true"},
	},
]

test_other_program_is_silent if {
	every event in _other_program {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _start_without_a_name {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _start_without_a_name[0]
		with data.exceptions as {"TW-0129": [{"exe": _start_without_a_name[0].process.exe}]}
}
