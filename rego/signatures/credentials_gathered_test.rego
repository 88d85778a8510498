package signatures.credentials_gathered_test

import rego.v2

import data.signatures.credentials_gathered as signature

_read(path) := {
	"event": "security_file_open",
	"args": {"pathname": path, "flags": ["O_RDONLY"]},
	"process": {"exe": "/bin/cat", "key": "p", "ancestors": [{"key": "q", "pid": 1, "comm": "sh", "exe": "/bin/sh"}]},
}

_key_read := _read("/root/.ssh/id_rsa")

_kinds := [".aws/credentials", ".ssh/id_rsa", "etc/shadow", "root/.netrc"]

_state(key, kinds) := {key: {kind: {"at": 1} | some kind in kinds}}

test_file_is_remembered_for_the_process_and_for_its_parent if {
	signature.remember == {
		{"key": "p", "item": ".ssh/id_rsa", "seconds": 60, "at_least": 4},
		{"key": "started by q", "item": ".ssh/id_rsa", "seconds": 60, "at_least": 4},
	} with input as _key_read
}

test_program_with_a_file_of_its_own_is_remembered_for_itself if {
	fact := {"key": "p", "item": ".kube/config", "seconds": 60, "at_least": 4}
	signature.remember == {fact} with input as object.union(
		_read("/root/.kube/config"),
		{"process": {"exe": "/usr/bin/kubectl"}},
	)
}

test_four_kinds_are_reported if {
	every key in ["p", "started by q"] {
		signature.finding == {{"files": _kinds}} with input as _key_read with data.state as _state(key, _kinds)
	}
}

test_three_kinds_are_silent if {
	signature.finding == set() with input as _key_read with data.state as _state("p", array.slice(_kinds, 0, 3))
}

test_other_files_ways_and_programs_are_not_remembered if {
	every event in [
		_read("/root/.ssh/id_rsa.pub"),
		_read("/etc/passwd"),
		object.union(_key_read, {"args": {"flags": ["O_WRONLY"]}}),
		object.union(_read("/etc/shadow"), {"process": {"exe": "/usr/bin/su"}}),
	] {
		signature.remember == set() with input as event
	}
}

test_missing_field_is_silent if {
	signature.remember == set() with input as object.remove(_key_read, ["args"])
	signature.finding == set() with input as object.remove(_key_read, ["args"]) with data.state as _state("p", _kinds)
}

test_exception_is_silent if {
	signature.finding == set() with input as _key_read
		with data.state as _state("p", _kinds)
		with data.exceptions as {"TW-0198": [{"exe": "/bin/cat"}]}
}
