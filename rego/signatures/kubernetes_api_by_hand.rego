# METADATA
# title: API of Kubernetes called by a command in a container
# description: |
#   A pod that talks to the API of its cluster does so in its own program. curl, wget, nc or
#   kubectl with the address that the pod's environment gives, or the name kubernetes.default, is
#   somebody who looks around.
#
#   Misses: addresses that are written in another way, and client libraries.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0155
#   severity: medium
#   attack: [T1613, T1552.007]
#   events: [sched_process_exec]
package signatures.kubernetes_api_by_hand

import rego.v2

import data.lib.exceptions
import data.lib.executions

_clients := {"/curl", "/kubectl", "/nc", "/ncat", "/netcat", "/nmap", "/openssl", "/socat", "/telnet", "/wget"}

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	input.container.id
	executions.is_called(_clients)
	_names_the_api
	not exceptions.apply("TW-0155")
}

_names_the_api if {
	some argument in array.slice(input.args.argv, 1, 40)
	contains(argument, "kubernetes.default")
}

_names_the_api if {
	some variable in input.args.env
	startswith(variable, "KUBERNETES_SERVICE_HOST=")
	address := substring(variable, 24, -1)
	address != ""
	some argument in array.slice(input.args.argv, 1, 40)
	contains(argument, address)
}
