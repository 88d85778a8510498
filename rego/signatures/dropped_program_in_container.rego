# METADATA
# title: Program run in a container that its image does not have
# description: |
#   The file is new or changed in the container's own layer: somebody has put it there after the start.
#   Package managers do that too, and what they start is not reported.
#
#   Misses: programs in volumes and in memory (fileless_execution, execution_from_shared_memory), files
#   of an overlay whose upper layer the kernel does not tell, and scripts, whose interpreter is of the
#   image. Building images runs such programs all the time: make an exception for the builder.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0173
#   severity: medium
#   attack: [T1105, T1204.003, T1036]
#   events: [sched_process_exec]
package signatures.dropped_program_in_container

import rego.v2

import data.lib.exceptions
import data.lib.programs

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	input.args.upper_layer == true
	input.container.id
	not input.process.exe in programs.container_runtimes
	not programs.for_a_package_manager
	not exceptions.apply("TW-0173")
}
