package signatures.program_deleted_itself_test

import rego.v2

import data.signatures.program_deleted_itself as signature

_said(event) := object.filter(event.args, {"pathname"})

_own_file := [
	{
		"event": "security_inode_unlink",
		"args": {"pathname": "/tmp/x"},
		"process": {"exe": "/tmp/x"},
	},
	{
		"event": "security_inode_unlink",
		"args": {"pathname": "/tmp/x"},
		"process": {"exe": "/usr/bin/rm", "ancestors": [{"exe": "/usr/bin/dash"}, {"exe": "/tmp/x"}]},
	},
]

test_own_file_is_reported if {
	every event in _own_file {
		signature.finding == {_said(event)} with input as event
	}
}

_other_file := [
	{
		"event": "security_inode_unlink",
		"args": {"pathname": "/tmp/x"},
		"process": {"exe": "/usr/bin/rm"},
	},
	{
		"event": "security_inode_unlink",
		"args": {"pathname": "/tmp/x"},
		"process": {"exe": "/tmp/y", "ancestors": [{"exe": "/usr/bin/dash"}]},
	},
]

test_other_file_is_silent if {
	every event in _other_file {
		signature.finding == set() with input as event
	}
}

_package_manager := [
	{
		"event": "security_inode_unlink",
		"args": {"pathname": "/usr/bin/dpkg"},
		"process": {"exe": "/usr/bin/dpkg"},
	},
]

test_package_manager_is_silent if {
	every event in _package_manager {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _own_file {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _own_file[0]
		with data.exceptions as {"TW-0139": [{"exe": _own_file[0].process.exe}]}
}
