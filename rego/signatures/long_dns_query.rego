# METADATA
# title: Unusually long question to a name server
# description: |
#   What is smuggled out in questions to name servers makes them long: data is put into the name. A
#   question has 16 bytes besides the name, so that of 80 bytes asks for a name of more than 60. Names in
#   clusters are nearly so long, hence the low severity; many of them are dns_tunnel.
#
#   Misses: questions on a connected socket, as glibc asks them, over TCP or HTTPS, to other ports, and
#   short ones. What is asked for is not looked at.
# schemas:
# - input: schema.sendto
# custom:
#   id: TW-0193
#   severity: low
#   attack: [T1071.004, T1048.003, T1572]
#   events: [sendto]
package signatures.long_dns_query

import rego.v2

import data.lib.exceptions
import data.lib.programs

finding contains {"bytes": input.args.len, "address": input.args.dest_addr} if {
	input.event == "sendto"
	_port == 53
	input.args.len >= 80
	not input.process.exe in programs.name_servers
	not exceptions.apply("TW-0193")
}

_port := input.args.dest_addr.sin_port if input.args.dest_addr.sa_family == "AF_INET"

_port := input.args.dest_addr.sin6_port if input.args.dest_addr.sa_family == "AF_INET6"
