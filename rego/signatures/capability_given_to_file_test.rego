package signatures.capability_given_to_file_test

import rego.v2

import data.signatures.capability_given_to_file as signature

_said(event) := object.filter(event.args, {"pathname", "argv"})

_capability := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/setcap", "argv": ["setcap", "cap_setuid=ep", "/tmp/x"]},
		"process": {"exe": "/usr/sbin/setcap"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/setcap", "argv": ["setcap", "cap_setuid+ep", "/tmp/x"]},
		"process": {"exe": "/usr/sbin/setcap"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/setcap", "argv": ["setcap", "cap_net_raw,cap_sys_admin=eip", "/tmp/x"]},
		"process": {"exe": "/usr/sbin/setcap"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/setcap", "argv": ["setcap", "all=ep", "/tmp/x"]},
		"process": {"exe": "/usr/sbin/setcap"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/setcap", "argv": ["setcap", "=ep", "/tmp/x"]},
		"process": {"exe": "/usr/sbin/setcap"},
	},
]

test_capability_is_reported if {
	every event in _capability {
		signature.finding == {_said(event)} with input as event
	}
}

_harmless_capability := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/setcap", "argv": ["setcap", "cap_net_raw=ep", "/usr/bin/ping"]},
		"process": {"exe": "/usr/sbin/setcap"},
	},
]

test_harmless_capability_is_silent if {
	every event in _harmless_capability {
		signature.finding == set() with input as event
	}
}

_removal := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/setcap", "argv": ["setcap", "-r", "/tmp/x"]},
		"process": {"exe": "/usr/sbin/setcap"},
	},
]

test_removal_is_silent if {
	every event in _removal {
		signature.finding == set() with input as event
	}
}

_package_manager := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/setcap", "argv": ["setcap", "cap_setuid=ep", "/usr/bin/newuidmap"]},
		"process": {"exe": "/usr/sbin/setcap", "ancestors": [{"exe": "/usr/bin/dash"}, {"exe": "/usr/bin/dpkg"}]},
	},
]

test_package_manager_is_silent if {
	every event in _package_manager {
		signature.finding == set() with input as event
	}
}

_question := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/getcap", "argv": ["getcap", "-r", "/"]},
		"process": {"exe": "/usr/sbin/getcap"},
	},
]

test_question_is_silent if {
	every event in _question {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _capability {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _capability[0]
		with data.exceptions as {"TW-0162": [{"exe": _capability[0].process.exe}]}
}

_set(event, name, exe) := {
	"event": event,
	"args": {"path": "/tmp/x", "fd": 3, "name": name},
	"process": {"exe": exe, "ancestors": []},
}

test_set_without_the_command_is_reported if {
	every event in ["setxattr", "lsetxattr"] {
		signature.finding == {{"pathname": "/tmp/x"}} with input as _set(event, "security.capability", "/usr/bin/perl")
	}
	signature.finding == {{"descriptor": 3}} with input as _set("fsetxattr", "security.capability", "/usr/bin/perl")
}

test_other_attributes_and_copies_are_silent if {
	every event in ["setxattr", "lsetxattr", "fsetxattr"] {
		signature.finding == set() with input as _set(event, "user.x", "/usr/bin/perl")
		signature.finding == set() with input as _set(event, "security.capability", "/usr/bin/tar")
		signature.finding == set() with input as _set(event, "security.capability", "/usr/bin/dpkg")
	}
}

test_newer_call_is_reported if {
	event := {
		"event": "setxattrat",
		"args": {"pathname": "/tmp/x", "name": "security.capability"},
		"process": {"exe": "/usr/bin/x", "ancestors": []},
	}
	signature.finding == {{"pathname": "/tmp/x"}} with input as event
	signature.finding == set() with input as object.union(event, {"args": {"name": "user.x"}})
}
