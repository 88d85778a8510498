# METADATA
# title: Program that the kernel starts itself changed
# description: |
#   On a crash, for a module or a new device the kernel starts a program as root on the host: which
#   one, stands in files like /proc/sys/kernel/core_pattern. Who can write them from a container is
#   out of it, and on the host has a way to stay. sysctl, systemd and the collectors of crash
#   reports set them when the machine starts.
#
#   Misses: a bind mount that shows the file under another name, release_agent (see
#   release_agent_escape), and binfmt_misc.
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0150
#   severity: high
#   attack: [T1611, T1547]
#   events: [security_file_open]
package signatures.kernel_helper_write

import rego.v2

import data.lib.exceptions
import data.lib.files

_files := {
	"/proc/sys/kernel/core_pattern",
	"/proc/sys/kernel/hotplug",
	"/proc/sys/kernel/modprobe",
	"/proc/sys/kernel/usermodehelper/bset",
	"/sys/kernel/uevent_helper",
}

_setters := {
	"/lib/systemd/systemd",
	"/lib/systemd/systemd-sysctl",
	"/sbin/sysctl",
	"/usr/lib/systemd/systemd",
	"/usr/lib/systemd/systemd-sysctl",
	"/usr/sbin/abrtd",
	"/usr/sbin/sysctl",
}

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	strings.any_suffix_match(input.args.pathname, _files)
	files.for_writing(input.args.flags)
	not _setter
	not exceptions.apply("TW-0150")
}

_setter if {
	not input.container.id
	input.process.exe in _setters
}

# Ubuntu's, a script in Python.
_setter if {
	not input.container.id
	input.process.comm == "apport"
}
