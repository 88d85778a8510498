# METADATA
# title: Guarded file reached by climbing out of a directory
# description: |
#   A path such as ../../../etc/passwd is what a request looks like that makes a server read a file it
#   should not. The path is the one that the program gave; the file is the one that was opened.
#
#   Misses: an absolute path or a link that leads to the same file; a server that normalises the path
#   before it opens it; other files.
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0174
#   severity: medium
#   attack: [T1083, T1555]
#   events: [security_file_open]
package signatures.path_traversal_read

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

_places := ["/etc/passwd", "/etc/shadow", "/etc/ssh/", "/etc/ssl/private/", "/etc/kubernetes/", "/root/.ssh/", "/root/.aws/", "/root/.kube/"]

finding contains {
	"pathname": input.args.pathname,
	"given": input.args.syscall_pathname,
} if {
	input.event == "security_file_open"
	_guarded
	contains(input.args.syscall_pathname, "../../")
	files.for_reading(input.args.flags)
	not input.process.exe in programs.package_managers
	not exceptions.apply("TW-0174")
}

_guarded if strings.any_prefix_match(input.args.pathname, _places)

_guarded if {
	startswith(input.args.pathname, "/home/")
	contains(input.args.pathname, "/.ssh/")
}
