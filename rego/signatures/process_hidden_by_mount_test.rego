package signatures.process_hidden_by_mount_test

import rego.v2

import data.signatures.process_hidden_by_mount as signature

_said(event) := object.filter(event.args, {"path", "dev_name"})

_mount := [
	{
		"event": "security_sb_mount",
		"args": {"path": "/proc/1", "dev_name": "/tmp/x", "type": null, "flags": ["MS_BIND"]},
		"process": {"exe": "/usr/bin/mount"},
	},
	{
		"event": "security_sb_mount",
		"args": {"path": "/proc/4711", "dev_name": "/tmp/x", "type": null, "flags": ["MS_BIND"]},
		"process": {"exe": "/usr/bin/mount"},
	},
	{
		"event": "security_sb_mount",
		"args": {"path": "/proc/4711/cmdline", "dev_name": "/tmp/x", "type": null, "flags": ["MS_BIND"]},
		"process": {"exe": "/usr/bin/mount"},
	},
]

test_mount_is_reported if {
	every event in _mount {
		signature.finding == {_said(event)} with input as event
	}
}

_other_mount := [
	{
		"event": "security_sb_mount",
		"args": {"path": "/proc", "dev_name": "/tmp/x", "type": null, "flags": ["MS_BIND"]},
		"process": {"exe": "/usr/bin/mount"},
	},
	{
		"event": "security_sb_mount",
		"args": {"path": "/proc/kcore", "dev_name": "/tmp/x", "type": null, "flags": ["MS_BIND"]},
		"process": {"exe": "/usr/bin/mount"},
	},
	{
		"event": "security_sb_mount",
		"args": {"path": "/proc/sys", "dev_name": "/tmp/x", "type": null, "flags": ["MS_BIND"]},
		"process": {"exe": "/usr/bin/mount"},
	},
	{
		"event": "security_sb_mount",
		"args": {"path": "/mnt/proc/1", "dev_name": "/tmp/x", "type": null, "flags": ["MS_BIND"]},
		"process": {"exe": "/usr/bin/mount"},
	},
	{
		"event": "security_sb_mount",
		"args": {"path": "/proc/7/fd/9", "dev_name": "/tmp/x", "type": null, "flags": ["MS_BIND"]},
		"process": {"exe": "/usr/bin/mount"},
	},
]

test_other_mount_is_silent if {
	every event in _other_mount {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _mount {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _mount[0]
		with data.exceptions as {"TW-0135": [{"exe": _mount[0].process.exe}]}
}

_moved(path, result) := {"event": "move_mount", "args": {"to_pathname": path}, "return_value": result, "process": {"exe": "/usr/bin/x"}}

test_mount_that_is_moved_there_is_reported if {
	signature.finding == {{"path": "/proc/7"}} with input as _moved("/proc/7", 0)
	signature.finding == set() with input as _moved("/proc/7", -1)
	signature.finding == set() with input as _moved("/proc/sys", 0)
}
