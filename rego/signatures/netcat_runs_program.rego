# METADATA
# title: Network tool made to run a program for its peer
# description: |
#   netcat, ncat and socat can give a connection to a program: a remote shell in one line.
#
#   Misses: the same by a named pipe, which commands_from_pipe and shell_with_socket_input see; the
#   tool under another name; a socat configuration that only names another address type.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0175
#   severity: high
#   attack: [T1059.004, T1095, T1571]
#   events: [sched_process_exec]
package signatures.netcat_runs_program

import rego.v2

import data.lib.exceptions
import data.lib.executions

_netcats := {"/nc", "/nc.openbsd", "/nc.traditional", "/ncat", "/netcat"}

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	_runs_a_program
	not exceptions.apply("TW-0175")
}

_runs_a_program if {
	executions.is_called(_netcats)
	some argument in array.slice(input.args.argv, 1, 20)
	regex.match(`^(-[a-zA-Z0-9]*[ec]|-e.*|--exec|--sh-exec|--lua-exec)(=.*)?$`, argument)
}

_runs_a_program if {
	executions.is_called({"/socat", "/socat1"})
	some argument in array.slice(input.args.argv, 1, 20)
	regex.match(`(?i)^(exec|system|shell):`, argument)
	some other in array.slice(input.args.argv, 1, 20)
	regex.match(`(?i)^(tcp|udp|openssl|ssl|sctp|vsock|socks|proxy)`, other)
}
