# METADATA
# title: Disk of the host opened in a container
# description: |
#   Whoever reads a disk reads all files of all its users, whatever their permissions. Only containers
#   with more rights than they should have can.
#
#   Misses: a device node with another name, and disks by SCSI's generic devices.
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0185
#   severity: high
#   attack: [T1611, T1006]
#   events: [security_file_open]
package signatures.host_disk_in_container

import rego.v2

import data.lib.exceptions
import data.lib.programs

_disks := [
	"/dev/dm-",
	"/dev/hd",
	"/dev/mapper/",
	"/dev/md",
	"/dev/mmcblk",
	"/dev/nvme",
	"/dev/sd",
	"/dev/vd",
	"/dev/xvd",
]

finding contains {"pathname": input.args.pathname, "flags": input.args.flags} if {
	input.event == "security_file_open"
	strings.any_prefix_match(input.args.pathname, _disks)
	input.container.id
	not "O_PATH" in input.args.flags
	not "O_DIRECTORY" in input.args.flags
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0185")
}
