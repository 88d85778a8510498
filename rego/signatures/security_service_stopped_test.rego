package signatures.security_service_stopped_test

import rego.v2

import data.signatures.security_service_stopped as signature

_said(event) := object.filter(event.args, {"pathname", "argv"})

_stop := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/systemctl", "argv": ["systemctl", "stop", "systemd-journald.socket"]},
		"process": {"exe": "/usr/bin/systemctl"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/systemctl", "argv": ["systemctl", "disable", "--now", "rsyslog"]},
		"process": {"exe": "/usr/bin/systemctl"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/systemctl", "argv": ["systemctl", "mask", "auditd.service"]},
		"process": {"exe": "/usr/bin/systemctl"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/systemctl", "argv": ["systemctl", "kill", "-s", "KILL", "falco"]},
		"process": {"exe": "/usr/bin/systemctl"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/pkill", "argv": ["pkill", "-9", "rsyslogd"]},
		"process": {"exe": "/usr/bin/pkill"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["/bin/sh", "/usr/sbin/service", "rsyslog", "stop"], "cmdpath": "/usr/sbin/service"},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/auditctl", "argv": ["auditctl", "-e", "0"]},
		"process": {"exe": "/usr/sbin/auditctl"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/sbin/setenforce", "argv": ["setenforce", "0"]},
		"process": {"exe": "/usr/sbin/setenforce"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["/bin/sh", "/etc/init.d/auditd", "stop"], "cmdpath": "/etc/init.d/auditd"},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_stop_is_reported if {
	every event in _stop {
		signature.finding == {_said(event)} with input as event
	}
}

_other_service := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/systemctl", "argv": ["systemctl", "stop", "cron"]},
		"process": {"exe": "/usr/bin/systemctl"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/systemctl", "argv": ["systemctl", "restart", "cron"]},
		"process": {"exe": "/usr/bin/systemctl"},
	},
]

test_other_service_is_silent if {
	every event in _other_service {
		signature.finding == set() with input as event
	}
}

_other_verb := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/systemctl", "argv": ["systemctl", "start", "rsyslog"]},
		"process": {"exe": "/usr/bin/systemctl"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/systemctl", "argv": ["systemctl", "restart", "rsyslog"]},
		"process": {"exe": "/usr/bin/systemctl"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/systemctl", "argv": ["systemctl", "status", "rsyslog"]},
		"process": {"exe": "/usr/bin/systemctl"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/systemctl", "argv": ["systemctl", "reload", "rsyslog"]},
		"process": {"exe": "/usr/bin/systemctl"},
	},
]

test_other_verb_is_silent if {
	every event in _other_verb {
		signature.finding == set() with input as event
	}
}

_rotation := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/systemctl", "argv": ["systemctl", "kill", "-s", "HUP", "rsyslog.service"]},
		"process": {"exe": "/usr/bin/systemctl"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/pkill", "argv": ["pkill", "-HUP", "syslogd"]},
		"process": {"exe": "/usr/bin/pkill"},
	},
]

test_rotation_is_silent if {
	every event in _rotation {
		signature.finding == set() with input as event
	}
}

_package_manager := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/systemctl", "argv": ["systemctl", "stop", "rsyslog.service"]},
		"process": {"exe": "/usr/bin/systemctl", "ancestors": [{"exe": "/usr/bin/perl"}, {"exe": "/usr/bin/dpkg"}]},
	},
]

test_package_manager_is_silent if {
	every event in _package_manager {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _stop {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _stop[0]
		with data.exceptions as {"TW-0136": [{"exe": _stop[0].process.exe}]}
}
