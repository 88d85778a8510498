# METADATA
# title: Tool for leaving a container started in one
# description: |
#   chroot into a mounted host, nsenter into its namespaces, debugfs on its disk: none of them is
#   needed in a container that serves. Containers that build images use chroot as well and need an
#   exception.
#
#   Misses: the same system calls from a program of one's own, and tools under other names.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0147
#   severity: medium
#   attack: [T1611]
#   events: [sched_process_exec]
package signatures.escape_tool_in_container

import rego.v2

import data.lib.exceptions
import data.lib.executions

_tools := {"/chroot", "/debugfs", "/nsenter", "/pivot_root", "/switch_root"}

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	input.container.id
	executions.is_called(_tools)
	not exceptions.apply("TW-0147")
}
