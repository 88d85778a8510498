# METADATA
# title: Standard input or output is an internet socket
# description: |
#   Descriptor 0, 1 or 2 of a process becomes a socket of IPv4 or IPv6: the process, often
#   a shell, then talks to somebody over the network. It is reported when a socket is
#   duplicated there, connected or not, when descriptor 0, 1 or 2 is connected, and when
#   accept returns one of them. Servers that start programs in this way by design (inetd,
#   sshd, systemd) are not reported.
#
#   Misses: sockets that come to 0, 1 or 2 by fcntl(F_DUPFD) or from another process
#   (SCM_RIGHTS, pidfd_getfd), which only shell_with_socket_input sees; relays that copy
#   between a socket and a pipe or a terminal.
# custom:
#   id: TW-0104
#   severity: high
#   attack: [T1059.004, T1071, T1095]
#   events: [socket_dup, security_socket_connect, security_socket_accept]
package signatures.stdio_over_socket

import rego.v2

import data.lib.exceptions
import data.lib.programs

_internet := {"AF_INET", "AF_INET6"}

# METADATA
# schemas:
# - input: schema.socket_dup
finding contains {"descriptor": input.args.newfd, "peer": input.args.remote_addr} if {
	input.event == "socket_dup"
	input.args.newfd in {0, 1, 2}
	input.args.remote_addr.sa_family in _internet
	_unexpected
}

# METADATA
# schemas:
# - input: schema.security_socket_connect
finding contains {"descriptor": input.args.sockfd, "peer": input.args.remote_addr} if {
	input.event == "security_socket_connect"
	input.args.sockfd in {0, 1, 2}
	input.args.remote_addr.sa_family in _internet
	_unexpected
}

# METADATA
# schemas:
# - input: schema.security_socket_accept
finding contains {"descriptor": input.return_value, "peer": input.args.remote_addr} if {
	input.event == "security_socket_accept"
	input.return_value in {0, 1, 2}
	input.args.remote_addr.sa_family in _internet
	_unexpected
}

_unexpected if {
	not input.process.exe in programs.connection_spawners
	not exceptions.apply("TW-0104")
}
