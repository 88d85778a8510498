# METADATA
# title: Program under the name of a system program or a kernel thread
# description: |
#   A program that is called crond or sshd but does not lie where the system's programs are wants
#   to be overlooked in the list of processes, and so does one that is started through a link with such a name, or
#   whose first argument says that it is another (`exec -a sshd`) or looks like a kernel thread: `[kworker/0:1]`.
#   What lies in a temporary directory may not be called like a shell or a tool either.
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
	"/login",
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

_temporary := ["/tmp/", "/var/tmp/", "/dev/shm/"]

# What somebody who looks at the list of processes expects to see there, and does not look at twice.
_shown := {
	"agetty",
	"apache2",
	"atd",
	"auditd",
	"containerd-shim",
	"cron",
	"crond",
	"dbus-daemon",
	"httpd",
	"init",
	"mysqld",
	"nginx",
	"rsyslogd",
	"sshd",
	"syslogd",
	"systemd",
	"systemd-journald",
	"systemd-logind",
	"systemd-resolved",
	"systemd-udevd",
}

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	strings.any_suffix_match(input.args.pathname, _names)
	not strings.any_prefix_match(input.args.pathname, _directories)
	not exceptions.apply("TW-0134")
}

# By a link, or a script.
finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	strings.any_suffix_match(input.args.cmdpath, _names)
	not strings.any_prefix_match(input.args.cmdpath, _directories)
	not strings.any_suffix_match(input.args.pathname, _names)
	not exceptions.apply("TW-0134")
}

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	strings.any_prefix_match(input.args.pathname, _temporary)
	regex.match(`^/(tmp|var/tmp|dev/shm)/([^/]+/)?(\[.*|(apache2|bash|httpd|init|mysqld|nginx|ps|sh|su|sudo|top|ls)|.*\s)$`, input.args.pathname)
	not exceptions.apply("TW-0134")
}

# The name that is shown is another program's. udevadm and busybox are many programs in one.
finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	words := split(input.args.argv[0], " ")
	parts := split(words[0], "/")
	name := parts[count(parts) - 1]
	name in _shown
	not contains(input.args.pathname, name)
	not contains(input.args.cmdpath, name)
	not strings.any_suffix_match(input.args.pathname, {"/busybox", "/systemd", "/toybox", "/udevadm"})
	not exceptions.apply("TW-0134")
}

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	startswith(input.args.argv[0], "[")
	regex.match(`^\[[a-z].*\]$`, input.args.argv[0])
	not exceptions.apply("TW-0134")
}
