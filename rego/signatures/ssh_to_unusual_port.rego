# METADATA
# title: SSH to an unusual port
# description: |
#   ssh connects to another port than 22: that of another service, which firewalls let pass (443, 80, 53), or one that
#   nobody knows. Some servers are meant to be reached in this way, hence the low severity.
#
#   Misses: clients other than OpenSSH's and Dropbear's, and a proxy command.
# schemas:
# - input: schema.security_socket_connect
# custom:
#   id: TW-0156
#   severity: low
#   attack: [T1021.004, T1571]
#   events: [security_socket_connect]
package signatures.ssh_to_unusual_port

import rego.v2

import data.lib.exceptions

finding contains {"peer": input.args.remote_addr} if {
	input.event == "security_socket_connect"
	strings.any_suffix_match(input.process.exe, {"/ssh", "/ssh-keyscan", "/dbclient", "/dropbear"})

	# A resolver is asked by datagrams, and so is which address would be used.
	not input.args.type == "SOCK_DGRAM"
	_unusual(_port)
	not exceptions.apply("TW-0156")
}

_port := input.args.remote_addr.sin_port if input.args.remote_addr.sa_family == "AF_INET"

_port := input.args.remote_addr.sin6_port if input.args.remote_addr.sa_family == "AF_INET6"

_unusual(port) if {
	port > 0
	port < 22
}

_unusual(port) if port > 22
