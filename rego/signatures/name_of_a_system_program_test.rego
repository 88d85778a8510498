package signatures.name_of_a_system_program_test

import rego.v2

import data.signatures.name_of_a_system_program as signature

_said(event) := object.filter(event.args, {"pathname", "argv"})

_copy_elsewhere := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/tmp/crond", "argv": ["x"]},
		"process": {"exe": "/tmp/crond"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/dev/shm/sshd", "argv": ["x"]},
		"process": {"exe": "/dev/shm/sshd"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/home/u/.x/systemd", "argv": ["x"]},
		"process": {"exe": "/home/u/.x/systemd"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/var/tmp/kworker", "argv": ["x"]},
		"process": {"exe": "/var/tmp/kworker"},
	},
]

test_copy_elsewhere_is_reported if {
	every event in _copy_elsewhere {
		signature.finding == {_said(event)} with input as event
	}
}

_name_of_a_kernel_thread := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/sleep", "argv": ["[kworker/0:1]", "1"]},
		"process": {"exe": "/usr/bin/sleep"},
	},
]

test_name_of_a_kernel_thread_is_reported if {
	every event in _name_of_a_kernel_thread {
		signature.finding == {_said(event)} with input as event
	}
}

_system_program := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/cron", "argv": ["cron"]},
		"process": {"exe": "/usr/sbin/cron"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/lib/systemd/systemd", "argv": ["/sbin/init"]},
		"process": {"exe": "/usr/lib/systemd/systemd"},
	},
]

test_system_program_is_silent if {
	every event in _system_program {
		signature.finding == set() with input as event
	}
}

_test_command := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/[", "argv": ["[", "-f", "x"]},
		"process": {"exe": "/usr/bin/["},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/busybox", "argv": ["[[", "a", "]]"]},
		"process": {"exe": "/bin/busybox"},
	},
]

test_test_command_is_silent if {
	every event in _test_command {
		signature.finding == set() with input as event
	}
}

_other_program := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/tmp/sshd-test", "argv": ["x"]},
		"process": {"exe": "/tmp/sshd-test"},
	},
]

test_other_program_is_silent if {
	every event in _other_program {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _copy_elsewhere {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _copy_elsewhere[0]
		with data.exceptions as {"TW-0134": [{"exe": _copy_elsewhere[0].process.exe}]}
}

_runs(pathname, cmdpath, argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": pathname, "cmdpath": cmdpath, "argv": argv},
	"process": {"exe": pathname},
}

test_disguise_is_reported if {
	every event in [
		_runs("/usr/bin/sleep", "/usr/bin/sleep", ["sshd", "9"]),
		_runs("/usr/bin/sleep", "/usr/bin/sleep", ["/usr/sbin/sshd -D", "9"]),
		_runs("/usr/bin/sleep", "/usr/bin/sleep", ["/usr/sbin/cron"]),
		_runs("/usr/bin/sleep", "/tmp/systemd-udevd", ["/tmp/systemd-udevd", "9"]),
		_runs("/usr/bin/dash", "/root/sshd", ["/bin/sh", "/root/sshd"]),
		_runs("/tmp/bash", "/tmp/bash", ["x"]),
		_runs("/tmp/d/nginx", "./nginx", ["x"]),
		_runs("/tmp/[kworker]", "/tmp/[kworker]", ["x"]),
		_runs("/var/tmp/sshd ", "./sshd ", ["x"]),
	] {
		signature.finding == {{"pathname": event.args.pathname, "argv": event.args.argv}} with input as event
	}
}

test_other_names_are_silent if {
	every event in [
		_runs("/usr/bin/bash", "/bin/bash", ["-bash"]),
		_runs("/usr/sbin/sshd", "/usr/sbin/sshd", ["sshd: root [priv]"]),
		_runs("/usr/bin/udevadm", "/lib/systemd/systemd-udevd", ["/lib/systemd/systemd-udevd"]),
		_runs("/bin/busybox", "/usr/sbin/crond", ["crond"]),
		_runs("/usr/lib/systemd/systemd", "/sbin/init", ["/sbin/init"]),
		_runs("/usr/sbin/cron", "/usr/sbin/cron", ["cron", "-f"]),
		_runs("/tmp/root/usr/bin/bash", "/bin/bash", ["bash"]),
		_runs("/tmp/build/lsof", "./lsof", ["lsof"]),
	] {
		signature.finding == set() with input as event
	}
}
