package signatures.cryptocurrency_miner_test

import rego.v2

import data.signatures.cryptocurrency_miner as signature

_said(event) := object.filter(event.args, {"pathname", "argv"})

_mining := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/echo", "argv": ["echo", "-o", "stratum+tcp://127.0.0.1:3333"]},
		"process": {"exe": "/usr/bin/echo"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/tmp/x", "argv": ["x", "--url=stratum+ssl://pool:1"]},
		"process": {"exe": "/tmp/x"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/opt/xmrig", "argv": ["x"]},
		"process": {"exe": "/opt/xmrig"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/tmp/k", "argv": ["k", "--donate-level", "1"]},
		"process": {"exe": "/tmp/k"},
	},
]

test_mining_is_reported if {
	every event in _mining {
		signature.finding == {_said(event)} with input as event
	}
}

_other_address := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/echo", "argv": ["echo", "-o", "http://127.0.0.1:3333"]},
		"process": {"exe": "/usr/bin/echo"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/curl", "argv": ["curl", "https://x/stratum"]},
		"process": {"exe": "/usr/bin/curl"},
	},
]

test_other_address_is_silent if {
	every event in _other_address {
		signature.finding == set() with input as event
	}
}

_other_program := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/vim", "argv": ["vim", "xmrig.c"]},
		"process": {"exe": "/usr/bin/vim"},
	},
]

test_other_program_is_silent if {
	every event in _other_program {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _mining {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _mining[0]
		with data.exceptions as {"TW-0160": [{"exe": _mining[0].process.exe}]}
}

_runs(argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv},
	"process": {"exe": concat("", ["/usr/bin/", argv[0]]), "ancestors": []},
}

_said(argv) := {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv}

test_algorithm_pool_and_name_is_reported if {
	every argv in [
		["echo", "-a", "randomx", "-o", "127.0.0.1:3333"],
		["echo", "--algo=rx/0", "--url", "x"],
		["echo", "-o", "pool.supportxmr.com:443"],
		["echo", "--url", "stratum://127.0.0.1:3333"],
		["xmrig"],
	] {
		signature.finding == {_said(argv)} with input as _runs(argv)
	}
}

test_other_program_is_silent if {
	every argv in [
		["echo", "-a", "x", "-o", "y"],
		["echo", "randomx"],
		["echo", "https://supportxmr.example"],
		["curl", "-o", "x", "https://nicehash.example.net"],
	] {
		signature.finding == set() with input as _runs(argv)
	}
}
