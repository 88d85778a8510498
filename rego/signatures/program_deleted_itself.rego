# METADATA
# title: Program that deletes its own file
# description: |
#   What removes the file that it was started from, or has a child do so, leaves nothing to
#   examine. Installers that unpack themselves do it too.
#
#   Misses: a file that is removed by an unrelated process, overwritten or moved away, and a
#   program that has ended before.
# schemas:
# - input: schema.security_inode_unlink
# custom:
#   id: TW-0139
#   severity: medium
#   attack: [T1070.004]
#   events: [security_inode_unlink]
package signatures.program_deleted_itself

import rego.v2

import data.lib.exceptions
import data.lib.programs

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_inode_unlink"
	_own_file
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0139")
}

# Unlike /proc, an event says nothing behind the path of a program that is gone.
_own_file if input.process.exe == input.args.pathname

_own_file if {
	some ancestor in input.process.ancestors
	ancestor.exe == input.args.pathname
}
