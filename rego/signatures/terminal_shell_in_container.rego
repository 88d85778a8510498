# METADATA
# title: Shell with a terminal in a container
# description: |
#   Somebody works in a container by hand (docker exec -it, kubectl exec -it). On a machine for
#   development that is how things are done, hence the low severity; in production it deserves a
#   question.
#
#   Misses: shells without a terminal, and shells whose file has an unusual name.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0153
#   severity: low
#   attack: [T1609, T1059.004]
#   events: [sched_process_exec]
package signatures.terminal_shell_in_container

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.programs

finding contains {"pathname": input.args.pathname, "argv": input.args.argv, "tty": input.args.tty} if {
	input.event == "sched_process_exec"
	input.container.id
	executions.is_called(programs.shell_names)
	input.args.tty != ""
	input.args.tty != null
	not exceptions.apply("TW-0153")
}
