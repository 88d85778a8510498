package signatures.userfaultfd_by_user_test

import rego.v2

import data.signatures.userfaultfd_by_user as signature

_called := {
	"event": "userfaultfd",
	"args": {"flags": ["UFFD_USER_MODE_ONLY"]},
	"process": {"exe": "/home/u/exploit", "uid": 1000},
}

_opened := {
	"event": "security_file_open",
	"args": {"pathname": "/dev/userfaultfd", "flags": ["O_RDWR"]},
	"process": {"exe": "/home/u/exploit", "uid": 1000},
}

test_call_is_reported if {
	signature.finding == {{"uid": 1000, "flags": ["UFFD_USER_MODE_ONLY"]}} with input as _called
}

test_device_is_reported if {
	signature.finding == {{"uid": 1000, "pathname": "/dev/userfaultfd"}} with input as _opened
}

test_root_is_silent if {
	every event in [_called, _opened] {
		signature.finding == set() with input as object.union(event, {"process": {"uid": 0}})
	}
}

test_other_device_is_silent if {
	signature.finding == set() with input as object.union(_opened, {"args": {"pathname": "/dev/fuse"}})
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_called, ["process"])
	signature.finding == set() with input as object.remove(_opened, ["args"])
}

test_exception_is_silent if {
	every event in [_called, _opened] {
		signature.finding == set() with input as event
			with data.exceptions as {"TW-0191": [{"exe": "/home/u/exploit"}]}
	}
}
