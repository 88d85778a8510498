package signatures.machine_stopped_test

import rego.v2

import data.signatures.machine_stopped as signature

_runs(argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv},
	"process": {"exe": concat("", ["/usr/bin/", argv[0]]), "ancestors": []},
}

_said(argv) := {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv}

test_stopping_is_reported if {
	every argv in [
		["reboot", "-f"],
		["shutdown", "now"],
		["systemctl", "poweroff"],
		["systemctl", "--force", "reboot"],
		["telinit", "6"],
	] {
		signature.finding == {_said(argv)} with input as _runs(argv)
	}
}

test_other_verb_is_silent if {
	every argv in [
		["systemctl", "restart", "cron"],
		["init", "2"],
		["echo", "reboot"],
	] {
		signature.finding == set() with input as _runs(argv)
	}
}

_one := {"event": "sched_process_exec", "args": {"pathname": "/usr/bin/reboot", "argv": ["reboot", "-f"]}, "process": {"exe": "/usr/bin/reboot", "ancestors": []}}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_one, ["args"])
	signature.finding == set() with input as object.remove(_one, ["event"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _one
		with data.exceptions as {"TW-0207": [{"exe": "/usr/bin/reboot"}]}
}

test_link_to_systemctl_is_reported if {
	event := {
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/systemctl", "argv": ["reboot"]},
		"process": {"exe": "/usr/bin/systemctl"},
	}
	signature.finding == {{"pathname": "/usr/bin/systemctl", "argv": ["reboot"]}} with input as event
}

_called(exe, cmd) := {"event": "reboot", "args": {"cmd": cmd}, "process": {"exe": exe}}

test_system_call_is_reported if {
	signature.finding == {{"cmd": "LINUX_REBOOT_CMD_RESTART"}} with input as _called("/usr/bin/x", "LINUX_REBOOT_CMD_RESTART")
	signature.finding == set() with input as _called("/usr/bin/x", "LINUX_REBOOT_CMD_CAD_OFF")
	signature.finding == set() with input as _called("/usr/lib/systemd/systemd-shutdown", "LINUX_REBOOT_CMD_RESTART")
}
