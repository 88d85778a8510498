# METADATA
# title: Disk of the host mounted in a container
# description: |
#   With a disk's file system a container has all files of the host. Mounts that only show a directory
#   a second time (MS_BIND) are how runtimes set containers up, and are not reported.
#
#   Misses: mounts made through fsopen and move_mount, where the kernel has no rung that sees them; a
#   disk that is read without being mounted, which host_disk_in_container reports.
# schemas:
# - input: schema.security_sb_mount
# custom:
#   id: TW-0168
#   severity: high
#   attack: [T1611]
#   events: [security_sb_mount]
package signatures.disk_mounted_in_container

import rego.v2

import data.lib.exceptions
import data.lib.programs

finding contains {
	"dev_name": input.args.dev_name,
	"path": input.args.path,
	"type": input.args.type,
} if {
	input.event == "security_sb_mount"
	startswith(input.args.dev_name, "/dev/")
	input.container.id
	not "MS_BIND" in input.args.flags
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0168")
}
