# METADATA
# title: Disk formatted or its contents thrown away
# description: |
#   Programs that make a file system, remove its signature or discard all blocks. Installations and
#   builds of images do it too, hence the low severity; file_shredded and disk_overwritten see the
#   slower ways.
#
#   Misses: the same through system calls (BLKDISCARD), and tools with other names.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0187
#   severity: low
#   attack: [T1561.002, T1561.001, T1485]
#   events: [sched_process_exec]
package signatures.disk_formatted

import rego.v2

import data.lib.exceptions
import data.lib.executions

_formatters := {
	"/blkdiscard",
	"/mke2fs",
	"/mkfs",
	"/mkfs.btrfs",
	"/mkfs.ext2",
	"/mkfs.ext3",
	"/mkfs.ext4",
	"/mkfs.f2fs",
	"/mkfs.vfat",
	"/mkfs.xfs",
	"/mkswap",
	"/parted",
	"/sfdisk",
	"/sgdisk",
	"/wipefs",
}

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	executions.is_called(_formatters)
	some argument in array.slice(input.args.argv, 1, 30)
	startswith(argument, "/dev/")
	not _only_looks
	not exceptions.apply("TW-0187")
}

_only_looks if {
	some argument in array.slice(input.args.argv, 1, 30)
	argument in {"-l", "--list", "-d", "--dump", "-J", "--json", "print", "-p", "--print", "-n", "--no-act"}
}
