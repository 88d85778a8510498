# METADATA
# title: Program or script run from a temporary directory
# description: |
#   Everybody may write to /tmp and /var/tmp, and what is dropped on a machine often starts
#   there. Builds and installers do it too, hence the low severity: it is context for other
#   findings rather than an alarm.
#
#   Misses: interpreters that are given a script from there as an argument, and temporary
#   directories elsewhere.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0115
#   severity: low
#   attack: [T1059]
#   events: [sched_process_exec]
package signatures.execution_from_temporary_directory

import rego.v2

import data.lib.exceptions
import data.lib.executions

finding contains {"pathname": input.args.pathname, "cmdpath": input.args.cmdpath} if {
	input.event == "sched_process_exec"
	executions.started_from(["/tmp/", "/var/tmp/"])
	not exceptions.apply("TW-0115")
}
