# METADATA
# title: SSH to an unusual port
# description: |
#   ssh connects to a port of another service, which firewalls let pass: 443, 80, 53. Some servers
#   are meant to be reached in this way, hence the low severity.
#
#   Misses: clients other than OpenSSH's, ports that are not in the list, and a proxy command.
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

_ports := {21, 23, 25, 53, 80, 88, 110, 123, 143, 389, 443, 445, 465, 587, 636, 853, 993, 995, 1080, 3128, 3389, 4444, 5555, 8000, 8008, 8080, 8081, 8443, 8888, 9001, 9443}

finding contains {"peer": input.args.remote_addr} if {
	input.event == "security_socket_connect"
	strings.any_suffix_match(input.process.exe, {"/ssh", "/dbclient", "/dropbear"})

	# A resolver is asked by datagrams, and so is which address would be used.
	not input.args.type == "SOCK_DGRAM"
	_port in _ports
	not exceptions.apply("TW-0156")
}

_port := input.args.remote_addr.sin_port if input.args.remote_addr.sa_family == "AF_INET"

_port := input.args.remote_addr.sin6_port if input.args.remote_addr.sa_family == "AF_INET6"
