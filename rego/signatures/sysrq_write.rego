# METADATA
# title: Magic SysRq used or allowed
# description: |
#   A letter written to /proc/sysrq-trigger makes the kernel restart, stop or kill at once, without
#   a word to anybody; /proc/sys/kernel/sysrq says what is allowed. The latter is reported in
#   containers only, where it changes the host; on the host sysctl sets it when the machine starts.
#
#   Misses: the keyboard, the system call reboot, and a bind mount that shows the file under
#   another name.
# related_resources:
# - ref: https://docs.kernel.org/admin-guide/sysrq.html
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0149
#   severity: high
#   attack: [T1529, T1611, T1489]
#   events: [security_file_open]
package signatures.sysrq_write

import rego.v2

import data.lib.exceptions
import data.lib.files

_shutdown := {"/usr/lib/systemd/systemd-shutdown", "/lib/systemd/systemd-shutdown"}

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	endswith(input.args.pathname, "/proc/sysrq-trigger")
	files.for_writing(input.args.flags)
	not input.process.exe in _shutdown
	not exceptions.apply("TW-0149")
}

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	endswith(input.args.pathname, "/proc/sys/kernel/sysrq")
	input.container.id
	files.for_writing(input.args.flags)
	not exceptions.apply("TW-0149")
}
