package signatures.file_split_test

import rego.v2

import data.signatures.file_split as signature

_said(event) := object.filter(event.args, {"pathname", "argv"})

_splitting := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/split", "argv": ["split", "-b", "1M", "x"]},
		"process": {"exe": "/usr/bin/split"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/split", "argv": ["split", "-b1M", "x"]},
		"process": {"exe": "/usr/bin/split"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/split", "argv": ["split", "--bytes=1M", "x"]},
		"process": {"exe": "/usr/bin/split"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/split", "argv": ["split", "-n", "4", "x"]},
		"process": {"exe": "/usr/bin/split"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/busybox", "argv": ["split", "-b", "1m", "x"]},
		"process": {"exe": "/bin/busybox"},
	},
]

test_splitting_is_reported if {
	every event in _splitting {
		signature.finding == {_said(event)} with input as event
	}
}

_question := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/split", "argv": ["split", "--version"]},
		"process": {"exe": "/usr/bin/split"},
	},
]

test_question_is_silent if {
	every event in _question {
		signature.finding == set() with input as event
	}
}

_lines := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/split", "argv": ["split", "-l", "10", "x"]},
		"process": {"exe": "/usr/bin/split"},
	},
]

test_lines_is_silent if {
	every event in _lines {
		signature.finding == set() with input as event
	}
}

_other_program := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/head", "argv": ["head", "-b"]},
		"process": {"exe": "/usr/bin/head"},
	},
]

test_other_program_is_silent if {
	every event in _other_program {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _splitting {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _splitting[0]
		with data.exceptions as {"TW-0159": [{"exe": _splitting[0].process.exe}]}
}

_runs(argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv},
	"process": {"exe": concat("", ["/usr/bin/", argv[0]]), "ancestors": []},
}

_said(argv) := {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv}

test_piece_and_volume_is_reported if {
	every argv in [
		["dd", "if=x", "of=y", "bs=1M", "skip=3", "count=1"],
		["zip", "-q", "-s", "1m", "a.zip", "a"],
		["7z", "a", "-v1m", "x.7z"],
		["tar", "-cML", "1024", "-f", "a", "x"],
		["tar", "cf", "a", "--multi-volume", "x"],
	] {
		signature.finding == {_said(argv)} with input as _runs(argv)
	}
}

test_whole_file_is_silent if {
	every argv in [
		["dd", "if=x", "of=y"],
		["dd", "if=x", "of=y", "skip=0", "count=1"],
		["zip", "-q", "a.zip", "a"],
		["tar", "-cf", "MLA", "x"],
		["tar", "xzf", "a.tgz"],
	] {
		signature.finding == set() with input as _runs(argv)
	}
}
