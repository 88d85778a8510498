# METADATA
# title: Improvised server started to hand out files
# description: |
#   One line of Python, Ruby, PHP or busybox serves a directory over the network: the simplest way
#   to carry files off, and an everyday way to look at a web page that one is writing, hence the
#   low severity.
#
#   Misses: a server that a script imports and starts without naming it in its arguments, and
#   programs that are not in the list.
# schemas:
# - input: schema.security_socket_listen
# custom:
#   id: TW-0158
#   severity: low
#   attack: [T1048.003, T1048]
#   events: [security_socket_listen]
package signatures.improvised_file_server

import rego.v2

import data.lib.exceptions
import data.lib.programs

finding contains {"address": input.args.local_addr, "argv": input.process.argv} if {
	input.event == "security_socket_listen"
	_one_line
	not exceptions.apply("TW-0158")
}

_one_line if {
	strings.any_suffix_match(input.process.exe, programs.script_interpreters)
	some argument in array.slice(input.process.argv, 1, 6)
	regex.match(`^(http\.server|SimpleHTTPServer|pyftpdlib|updog|uploadserver|twisted|-S|-run)$|HTTPServer|http\.server|httpd|TCPServer|create_server|IO::Socket|socket`, argument)
}

_one_line if {
	endswith(input.process.exe, "/busybox")
	some argument in array.slice(input.process.argv, 0, 2)
	regex.match(`(^|/)(httpd|ftpd|tftpd|nc)$`, argument)
}
