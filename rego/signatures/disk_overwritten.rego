# METADATA
# title: Disk written to directly
# description: |
#   Below the file system a disk is written by programs that make partitions and file systems,
#   which are not reported. dd, shred, a shell or a script that opens one for writing destroys what
#   is on it, or changes files without a trace.
#
#   Misses: programs that are not in the list, disks under other names, and writes through /proc or
#   io_uring.
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0161
#   severity: high
#   attack: [T1561.001, T1561.002, T1485, T1006]
#   events: [security_file_open]
package signatures.disk_overwritten

import rego.v2

import data.lib.exceptions
import data.lib.programs

_disks := [
	"/dev/dm-",
	"/dev/hd",
	"/dev/loop",
	"/dev/md",
	"/dev/mmcblk",
	"/dev/nvme",
	"/dev/pmem",
	"/dev/sd",
	"/dev/vd",
	"/dev/xvd",
	"/dev/zram",
]

_writers := (programs.printers | programs.script_interpreters) | {
	"/badblocks",
	"/dc3dd",
	"/dcfldd",
	"/ddrescue",
	"/nwipe",
	"/pv",
	"/scrub",
	"/shred",
	"/truncate",
	"/wipe",
}

_directories := ["/tmp/", "/var/tmp/", "/dev/shm/", "memfd:", "/memfd:", "/home/"]

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	strings.any_prefix_match(input.args.pathname, _disks)
	_writes
	_unexpected
	not exceptions.apply("TW-0161")
}

_writes if "O_WRONLY" in input.args.flags

_writes if "O_RDWR" in input.args.flags

_unexpected if strings.any_suffix_match(input.process.exe, _writers)

_unexpected if strings.any_prefix_match(input.process.exe, _directories)
