# METADATA
# title: Shell that connects to the network by itself
# description: |
#   bash opens a connection when it is told to read or write /dev/tcp/…: a channel for commands or data where no other
#   program is to be had. Containers are sometimes asked for their health in this way, hence the low severity.
#
#   Misses: shells whose file has an unusual name. A shell that looks up a user over the network is reported although
#   nothing is wrong.
# schemas:
# - input: schema.security_socket_connect
# related_resources:
# - ref: https://www.gnu.org/software/bash/manual/html_node/Redirections.html
# custom:
#   id: TW-0206
#   severity: low
#   attack: [T1059.004, T1095, T1071, T1048]
#   events: [security_socket_connect]
package signatures.connection_by_shell

import rego.v2

import data.lib.exceptions

finding contains {"peer": input.args.remote_addr} if {
	input.event == "security_socket_connect"
	strings.any_suffix_match(input.process.exe, {"/bash", "/ksh", "/ksh93", "/zsh", "/gawk"})
	input.args.remote_addr.sa_family in {"AF_INET", "AF_INET6"}
	not exceptions.apply("TW-0206")
}
