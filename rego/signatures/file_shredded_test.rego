package signatures.file_shredded_test

import rego.v2

import data.signatures.file_shredded as signature

_said(event) := object.filter(event.args, {"pathname", "argv"})

_shredding := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/shred", "argv": ["shred", "-u", "/tmp/x"]},
		"process": {"exe": "/usr/bin/shred"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/busybox", "argv": ["shred", "x"]},
		"process": {"exe": "/bin/busybox"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/wipe", "argv": ["wipe", "x"]},
		"process": {"exe": "/usr/bin/wipe"},
	},
]

test_shredding_is_reported if {
	every event in _shredding {
		signature.finding == {_said(event)} with input as event
	}
}

_question := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/shred", "argv": ["shred", "--help"]},
		"process": {"exe": "/usr/bin/shred"},
	},
]

test_question_is_silent if {
	every event in _question {
		signature.finding == set() with input as event
	}
}

_removal := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/rm", "argv": ["rm", "shred"]},
		"process": {"exe": "/usr/bin/rm"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/busybox", "argv": ["rm", "x"]},
		"process": {"exe": "/bin/busybox"},
	},
]

test_removal_is_silent if {
	every event in _removal {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _shredding {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _shredding[0]
		with data.exceptions as {"TW-0133": [{"exe": _shredding[0].process.exe}]}
}

_runs(argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv},
	"process": {"exe": concat("", ["/usr/bin/", argv[0]]), "ancestors": []},
}

_said(argv) := {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv}

test_dd_over_what_is_there_is_reported if {
	every argv in [
		["dd", "if=/dev/urandom", "of=x", "conv=notrunc"],
		["dd", "if=/dev/zero", "of=x", "conv=fsync,notrunc"],
	] {
		signature.finding == {_said(argv)} with input as _runs(argv)
	}
}

test_dd_of_a_new_file_is_silent if {
	every argv in [
		["dd", "if=/dev/zero", "of=x"],
		["dd", "if=a", "of=x", "conv=notrunc"],
		["cp", "if=/dev/zero", "conv=notrunc"],
	] {
		signature.finding == set() with input as _runs(argv)
	}
}
