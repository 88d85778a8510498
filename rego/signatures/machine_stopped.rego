# METADATA
# title: Machine stopped or restarted
# description: |
#   Whoever stops a machine stops what runs on it and what would look on. Administrators do so with the same commands,
#   hence the low severity; the attempt counts as well. systemd's own call at the end of a stop is not reported.
#
#   Misses: SysRq (sysrq_write), a crash, and the power that is switched off by the host of a virtual machine.
# custom:
#   id: TW-0207
#   severity: low
#   attack: [T1529]
#   events: [sched_process_exec, reboot]
package signatures.machine_stopped

import rego.v2

import data.lib.exceptions
import data.lib.executions

_commands := {"/halt", "/kexec", "/poweroff", "/reboot", "/shutdown"}

_verbs := {"emergency", "halt", "kexec", "poweroff", "reboot", "rescue", "soft-reboot"}

_system := {
	"/lib/systemd/systemd-shutdown",
	"/sbin/init",
	"/usr/lib/systemd/systemd",
	"/usr/lib/systemd/systemd-shutdown",
}

# METADATA
# schemas:
# - input: schema.sched_process_exec
finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	_stops
	not exceptions.apply("TW-0207")
}

_stops if executions.is_called(_commands)

# A link to systemctl.
_stops if {
	endswith(input.args.pathname, "/systemctl")
	strings.any_suffix_match(concat("", ["/", input.args.argv[0]]), _commands)
}

_stops if {
	executions.is_called({"/systemctl"})
	some argument in array.slice(input.args.argv, 1, 10)
	argument in _verbs
}

_stops if {
	executions.is_called({"/init", "/telinit"})
	input.args.argv[1] in {"0", "6"}
}

# What Ctrl-Alt-Del does is set by the same call.
#
# METADATA
# schemas:
# - input: schema.reboot
finding contains {"cmd": input.args.cmd} if {
	input.event == "reboot"
	not _key_is_set
	not input.process.exe in _system
	not exceptions.apply("TW-0207")
}

_key_is_set if input.args.cmd in _key

_key := {"LINUX_REBOOT_CMD_CAD_OFF", "LINUX_REBOOT_CMD_CAD_ON"}
