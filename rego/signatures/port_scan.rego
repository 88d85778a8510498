# METADATA
# title: Many ports tried by one process
# description: |
#   A process that connects to a hundred different ports within a minute looks for services. Servers and
#   their clients use a few.
#
#   Misses: scans by many processes that no shell has started or slower than that, by raw packets, and those that wait longer.
# schemas:
# - input: schema.security_socket_connect
# custom:
#   id: TW-0190
#   severity: medium
#   attack: [T1046]
#   events: [security_socket_connect]
package signatures.port_scan

import rego.v2

import data.lib.exceptions
import data.lib.programs

_most := 100

# Under the process and under what has started it: a shell can start one for each port.
remember contains {"key": key, "item": _port, "seconds": 60, "at_least": _most} if {
	input.event == "security_socket_connect"
	some key in _keys
}

finding contains {"ports": count(ports)} if {
	input.event == "security_socket_connect"
	_port
	some key in _keys
	ports := data.state[key]
	count(ports) >= _most
	not exceptions.apply("TW-0190")
}

_port := input.args.remote_addr.sin_port if {
	input.args.remote_addr.sa_family == "AF_INET"
	_unusual(input.args.remote_addr.sin_port)
}

_port := input.args.remote_addr.sin6_port if {
	input.args.remote_addr.sa_family == "AF_INET6"
	_unusual(input.args.remote_addr.sin6_port)
}

# Not one that most programs connect to, so that the kernel keeps those connections to itself. A few ports
# less do not hide a scan.
_unusual(port) if {
	port >= 1
	port <= 52
}

_unusual(port) if {
	port >= 54
	port <= 79
}

_unusual(port) if {
	port >= 81
	port <= 442
}

_unusual(port) if {
	port >= 444
	port <= 5431
}

_unusual(port) if port >= 5433

_keys contains input.process.key

# One that tries each port in a child of its own.
_keys contains concat(" ", ["started by", parent.key]) if {
	parent := input.process.ancestors[0]
	parent.exe == input.process.exe
}

_keys contains concat(" ", ["started by", input.process.ancestors[0].key]) if {
	strings.any_suffix_match(input.process.ancestors[0].exe, programs.shells)
}
