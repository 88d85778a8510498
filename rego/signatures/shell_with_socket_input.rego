# METADATA
# title: Shell that reads its commands from a socket
# description: |
#   A shell was started with a socket as its standard input, so somebody at the other end
#   can tell it what to do. However the socket came there: this also finds what
#   stdio_over_socket cannot see, such as fcntl(F_DUPFD) and a socket from another process.
#   Whether the socket reaches the network is not known here: sshd without a terminal and
#   Node.js start shells on local sockets, hence the low severity.
#
#   Misses: shells whose file has an unusual name, and programs that run commands without
#   being a shell.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0117
#   severity: low
#   attack: [T1059.004]
#   events: [sched_process_exec]
package signatures.shell_with_socket_input

import rego.v2

import data.lib.exceptions
import data.lib.programs

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	input.args.stdin_type == "S_IFSOCK"
	strings.any_suffix_match(input.args.pathname, programs.shells)
	not exceptions.apply("TW-0117")
}
