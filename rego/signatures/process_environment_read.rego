# METADATA
# title: Environment of another process read in a container
# description: |
#   Passwords and tokens are often given to programs as variables, and /proc/PID/environ shows them.
#
#   Misses: other ways to the same memory, which process_memory_opened reports; what a program prints
#   of its own environment; hosts, where tools that list processes read it all the time.
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0180
#   severity: low
#   attack: [T1552.007, T1057]
#   events: [security_file_open]
package signatures.process_environment_read

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	endswith(input.args.pathname, "/environ")
	startswith(input.args.pathname, "/proc/")
	input.container.id
	not _own
	files.for_reading(input.args.flags)
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0180")
}

# The number is one of the pid namespace that this /proc shows.
_own if startswith(input.args.pathname, sprintf("/proc/%d/", [input.process.pid]))

_own if startswith(input.args.pathname, sprintf("/proc/%d/", [input.process.ns_pid]))
