# METADATA
# title: Ordinary file made among the devices
# description: |
#   Nobody looks for files in /dev, and it is gone after a start. Directories there that are meant for
#   files (shm, mqueue, hugepages) are not looked at, and neither are devices that exist.
#
#   Misses: files in those directories, and file systems mounted there.
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0186
#   severity: low
#   attack: [T1564.001, T1036.005]
#   events: [security_file_open]
package signatures.file_hidden_among_devices

import rego.v2

import data.lib.exceptions
import data.lib.programs

_meant_for_files := ["/dev/shm/", "/dev/mqueue/", "/dev/hugepages/", "/dev/pts/", "/dev/.udev/", "/dev/.lxc/"]

# Programs that send output there say O_CREAT without thinking of it.
_devices := {
	"/dev/console",
	"/dev/full",
	"/dev/kmsg",
	"/dev/log",
	"/dev/null",
	"/dev/ptmx",
	"/dev/random",
	"/dev/tty",
	"/dev/urandom",
	"/dev/zero",
}

_terminals_and_disks := ["/dev/tty", "/dev/sd", "/dev/nvme", "/dev/vd", "/dev/loop", "/dev/fd", "/dev/std", "/dev/lp", "/dev/usb"]

_makers := {
	"/lib/systemd/systemd-udevd",
	"/usr/bin/udevadm",
	"/usr/lib/systemd/systemd",
	"/usr/lib/systemd/systemd-udevd",
}

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	startswith(input.args.pathname, "/dev/")
	"O_CREAT" in input.args.flags
	not input.args.pathname in _devices
	not strings.any_prefix_match(input.args.pathname, _meant_for_files)
	not strings.any_prefix_match(input.args.pathname, _terminals_and_disks)
	not input.process.exe in _makers
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0186")
}
