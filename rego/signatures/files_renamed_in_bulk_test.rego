package signatures.files_renamed_in_bulk_test

import rego.v2

import data.signatures.files_renamed_in_bulk as signature

_renamed(old, new) := {
	"event": "security_inode_rename",
	"args": {"old_path": old, "new_path": new},
	"process": {"exe": "/tmp/x", "key": "p"},
}

_locked := _renamed("/home/u/letter.odt", "/home/u/letter.odt.locked")

_state(number) := {"p": {sprintf("%d", [file]): {"at": 1} | some file in numbers.range(1, number)}}

test_further_ending_is_remembered if {
	fact := {"key": "p", "item": crypto.md5("/home/u/letter.odt.locked"), "seconds": 60, "at_least": 50}
	signature.remember == {fact} with input as _locked
}

test_many_files_are_reported if {
	signature.finding == {{"files": 50, "new_path": "/home/u/letter.odt.locked"}} with input as _locked
		with data.state as _state(50)
}

test_few_files_are_silent if {
	signature.finding == set() with input as _locked with data.state as _state(49)
}

test_other_renames_are_not_remembered if {
	every event in [
		_renamed("/home/u/a.tmp", "/home/u/a"),
		_renamed("/home/u/a", "/home/u/b"),
		_renamed("/home/u/a", "/home/u/a.bak"),
		_renamed("/srv/log", "/srv/log.1"),
		_renamed("/etc/a", "/etc/a.locked"),
		object.union(_locked, {"process": {"exe": "/usr/bin/dpkg"}}),
	] {
		signature.remember == set() with input as event
	}
}

test_missing_field_is_silent if {
	signature.remember == set() with input as object.remove(_locked, ["args"])
	signature.finding == set() with input as object.remove(_locked, ["args"]) with data.state as _state(50)
}

test_exception_is_silent if {
	signature.finding == set() with input as _locked
		with data.state as _state(50)
		with data.exceptions as {"TW-0197": [{"exe": "/tmp/x"}]}
}
