# METADATA
# title: Program under the name of a system program or a kernel thread
# description: |
#   A program that is called crond or sshd but does not lie where the system's programs are wants
#   to be overlooked in the list of processes, and so does one whose first argument looks like a
#   kernel thread: `[kworker/0:1]`.
#
#   Misses: a program that renames itself after it has started (prctl, or writing over its
#   arguments), other names, and copies in the directories of the system.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0134
#   severity: medium
#   attack: [T1036.003, T1036.004, T1036.005]
#   events: [sched_process_exec]
package signatures.name_of_a_system_program

import rego.v2

import data.lib.exceptions

_names := {
	"/NetworkManager",
	"/acpid",
	"/agetty",
	"/atd",
	"/auditd",
	"/containerd-shim",
	"/cron",
	"/crond",
	"/dbus-daemon",
	"/irqbalance",
	"/kauditd",
	"/khugepaged",
	"/kswapd0",
	"/kthreadd",
	"/kworker",
	"/polkitd",
	"/rsyslogd",
	"/sshd",
	"/syslogd",
	"/systemd",
	"/systemd-journald",
	"/systemd-logind",
	"/systemd-networkd",
	"/systemd-resolved",
	"/systemd-timesyncd",
	"/systemd-udevd",
	"/udevd",
}

_directories := ["/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/", "/opt/", "/snap/", "/nix/store/", "/gnu/store/"]

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	strings.any_suffix_match(input.args.pathname, _names)
	not strings.any_prefix_match(input.args.pathname, _directories)
	not exceptions.apply("TW-0134")
}

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	startswith(input.args.argv[0], "[")
	regex.match(`^\[[a-z].*\]$`, input.args.argv[0])
	not exceptions.apply("TW-0134")
}
