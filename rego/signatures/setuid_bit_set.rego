# METADATA
# title: Setuid or setgid bit set
# description: |
#   Whoever runs a file with the setuid bit does so as its owner, so one such copy of a
#   shell keeps root for later. The setgid bit is reported on files only: on directories it
#   is everyday and gives no rights. Package managers are not reported.
#
#   Misses: a file that is created with the bit (open, mknod), file capabilities, a rename of
#   a file that has the bit, and setgid where the kernel could not tell a file from a directory.
# related_resources:
# - ref: https://man7.org/linux/man-pages/man2/chmod.2.html
# schemas:
# - input: schema.chmod_common
# custom:
#   id: TW-0112
#   severity: medium
#   attack: [T1548.001]
#   events: [chmod_common]
package signatures.setuid_bit_set

import rego.v2

import data.lib.exceptions
import data.lib.programs

finding contains {"pathname": input.args.pathname, "mode": input.args.mode} if {
	input.event == "chmod_common"
	_raises
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0112")
}

_raises if {
	"S_ISUID" in input.args.mode
	not input.args.type == "S_IFDIR"
}

_raises if {
	"S_ISGID" in input.args.mode
	input.args.type == "S_IFREG"
}
