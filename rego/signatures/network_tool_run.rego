# METADATA
# title: Tool that connects anything with the network
# description: |
#   netcat, socat and telnet carry bytes between a pipe and somebody far away: commands in, files out. nmap and its kin
#   look for who listens. Administrators use them too, hence the low severity.
#
#   Misses: tools under other names, and the same from a script; connection_by_shell sees what bash does by itself.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0204
#   severity: low
#   attack: [T1095, T1071, T1048, T1046, T1105]
#   events: [sched_process_exec]
package signatures.network_tool_run

import rego.v2

import data.lib.exceptions
import data.lib.executions

_tools := {
	"/masscan",
	"/nc",
	"/nc.openbsd",
	"/nc.traditional",
	"/ncat",
	"/netcat",
	"/nmap",
	"/socat",
	"/socat1",
	"/telnet",
	"/zmap",
}

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	executions.is_called(_tools)
	not _question
	not exceptions.apply("TW-0204")
}

_question if input.args.argv[1] in {"-h", "--help", "--version", "-V"}
