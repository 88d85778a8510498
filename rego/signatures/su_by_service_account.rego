# METADATA
# title: Service account tries to become another user
# description: |
#   Accounts of services (www-data, nobody, daemon) have nobody who knows a password. When one of
#   them runs su, somebody has got into the service and tries passwords.
#
#   Misses: sudo, which some services are allowed to use, tries over ssh, and service accounts with
#   an id from 1000 on other than nobody.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0165
#   severity: medium
#   attack: [T1110.001, T1548.003]
#   events: [sched_process_exec]
package signatures.su_by_service_account

import rego.v2

import data.lib.exceptions
import data.lib.executions

finding contains {"pathname": input.args.pathname, "argv": input.args.argv, "uid": input.process.uid} if {
	input.event == "sched_process_exec"
	executions.is_called({"/su"})
	_service
	not exceptions.apply("TW-0165")
}

_service if input.process.uid == 65534

_service if {
	input.process.uid > 0
	input.process.uid < 1000
}
