package signatures.superuser_added_test

import rego.v2

import data.signatures.superuser_added as signature

_said(event) := object.filter(event.args, {"pathname", "argv"})

_user_id_of_root := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/useradd", "argv": ["useradd", "-o", "-u", "0", "zz"]},
		"process": {"exe": "/usr/sbin/useradd"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/useradd", "argv": ["useradd", "-ou0", "zz"]},
		"process": {"exe": "/usr/sbin/useradd"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/useradd", "argv": ["useradd", "-o", "--uid=0", "zz"]},
		"process": {"exe": "/usr/sbin/useradd"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/useradd", "argv": ["useradd", "-o", "--uid", "00", "zz"]},
		"process": {"exe": "/usr/sbin/useradd"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/usermod", "argv": ["usermod", "-o", "-u", "0", "zz"]},
		"process": {"exe": "/usr/sbin/usermod"},
	},
]

test_user_id_of_root_is_reported if {
	every event in _user_id_of_root {
		signature.finding == {_said(event)} with input as event
	}
}

_other_user_id := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/useradd", "argv": ["useradd", "-u", "1000", "zz"]},
		"process": {"exe": "/usr/sbin/useradd"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/useradd", "argv": ["useradd", "-u1000", "zz"]},
		"process": {"exe": "/usr/sbin/useradd"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/useradd", "argv": ["useradd", "-g", "0", "zz"]},
		"process": {"exe": "/usr/sbin/useradd"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/useradd", "argv": ["useradd", "-r", "zz"]},
		"process": {"exe": "/usr/sbin/useradd"},
	},
]

test_other_user_id_is_silent if {
	every event in _other_user_id {
		signature.finding == set() with input as event
	}
}

_other_program := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/id", "argv": ["id", "-u", "0"]},
		"process": {"exe": "/usr/bin/id"},
	},
]

test_other_program_is_silent if {
	every event in _other_program {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _user_id_of_root {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _user_id_of_root[0]
		with data.exceptions as {"TW-0124": [{"exe": _user_id_of_root[0].process.exe}]}
}
