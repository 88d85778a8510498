# METADATA
# title: Second account with the rights of root
# description: |
#   An account with user id 0 is root under another name, with a password of its own. useradd and
#   usermod refuse to make one unless they are asked explicitly. Accounts that are added in other
#   ways are found by account_files_write.
#
#   Misses: an account that is added to a group such as sudo or docker, and one that is made by
#   writing /etc/passwd with a trusted program.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0124
#   severity: high
#   attack: [T1136.001, T1098]
#   events: [sched_process_exec]
package signatures.superuser_added

import rego.v2

import data.lib.exceptions
import data.lib.executions

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	executions.is_called({"/useradd", "/usermod", "/adduser"})
	_zero
	not exceptions.apply("TW-0124")
}

_zero if {
	some argument in input.args.argv
	regex.match(`^(-[a-zA-Z]*u0+|--u(i|id)?=0+)$`, argument)
}

_zero if {
	some i, argument in input.args.argv
	regex.match(`^(-[a-zA-Z]*u|--u(i|id)?)$`, argument)
	regex.match(`^0+$`, input.args.argv[i + 1])
}
