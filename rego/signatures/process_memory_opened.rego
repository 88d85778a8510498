# METADATA
# title: Memory of another process opened
# description: |
#   Whoever can open /proc/PID/mem can read passwords out of a process and write code into it, whatever
#   its pages allow. Debuggers do; a process that opens its own is not reported.
#
#   Misses: process_vm_readv and ptrace, which have signatures of their own where they write; a
#   descriptor handed over by somebody else.
# related_resources:
# - ref: https://man7.org/linux/man-pages/man5/proc_pid_mem.5.html
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0171
#   severity: high
#   attack: [T1003.007, T1055.009]
#   events: [security_file_open]
package signatures.process_memory_opened

import rego.v2

import data.lib.exceptions
import data.lib.programs

finding contains {"pathname": input.args.pathname, "flags": input.args.flags} if {
	input.event == "security_file_open"
	startswith(input.args.pathname, "/proc/")
	endswith(input.args.pathname, "/mem")
	regex.match(`^/proc/[0-9]+(/task/[0-9]+)?/mem$`, input.args.pathname)
	not _own
	not "O_PATH" in input.args.flags
	not input.process.exe in programs.debuggers
	not exceptions.apply("TW-0171")
}

# The number is one of the pid namespace that this /proc shows.
_own if startswith(input.args.pathname, sprintf("/proc/%d/", [input.process.pid]))

_own if startswith(input.args.pathname, sprintf("/proc/%d/", [input.process.ns_pid]))

_own if startswith(input.args.pathname, sprintf("/proc/%d/", [input.process.tid]))
