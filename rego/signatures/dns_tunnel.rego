# METADATA
# title: Name server asked as a channel for data
# description: |
#   A tunnel through name servers asks many long questions, or connects anew for each of very many. Reported
#   is a process that sends 30 questions of at least 80 bytes within a minute, or connects 200 times
#   to the port of name servers. Name servers themselves do, and are left out.
#
#   Misses: slower tunnels, those over HTTPS or other ports, those that share their questions out among
#   many processes, and long questions on one connected socket.
# custom:
#   id: TW-0194
#   severity: medium
#   attack: [T1071.004, T1048.003, T1572]
#   events: [sendto, security_socket_connect]
package signatures.dns_tunnel

import rego.v2

import data.lib.exceptions
import data.lib.programs

_most_questions := 30

_most_connections := 200

remember contains {"key": _questions, "seconds": 60, "at_least": _most_questions} if {
	_asks
}

remember contains {"key": _connections, "seconds": 60, "at_least": _most_connections} if {
	_connects
}

finding contains {"questions": count(facts)} if {
	_asks
	facts := data.state[_questions]
	count(facts) >= _most_questions
	not exceptions.apply("TW-0194")
}

finding contains {"connections": count(facts)} if {
	_connects
	facts := data.state[_connections]
	count(facts) >= _most_connections
	not exceptions.apply("TW-0194")
}

_questions := concat(" ", ["questions", input.process.key])

_connections := concat(" ", ["connections", input.process.key])

# METADATA
# schemas:
# - input: schema.sendto
_asks if {
	input.event == "sendto"
	_port(input.args.dest_addr) == 53
	input.args.len >= 80
	not input.process.exe in programs.name_servers
}

# METADATA
# schemas:
# - input: schema.security_socket_connect
_connects if {
	input.event == "security_socket_connect"
	_port(input.args.remote_addr) == 53
	not input.process.exe in programs.name_servers
}

_port(address) := address.sin_port if address.sa_family == "AF_INET"

_port(address) := address.sin6_port if address.sa_family == "AF_INET6"
