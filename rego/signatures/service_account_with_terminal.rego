# METADATA
# title: Shell of a service account on a terminal
# description: |
#   Accounts of services (uid 1 to 999, nobody) have nobody who could type. Administrators use su to
#   look at a service's files, hence the low severity.
#
#   Misses: shells without a terminal, and accounts of services with a number of people's.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0176
#   severity: low
#   attack: [T1059.004, T1078.001]
#   events: [sched_process_exec]
package signatures.service_account_with_terminal

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.programs

finding contains {
	"pathname": input.args.pathname,
	"uid": input.process.uid,
	"tty": input.args.tty,
} if {
	input.event == "sched_process_exec"
	executions.is_called(programs.shell_names)
	_service
	input.args.tty != ""
	input.args.tty != null
	not exceptions.apply("TW-0176")
}

_service if input.process.uid == 65534

_service if {
	input.process.uid > 0
	input.process.uid < 1000
}
