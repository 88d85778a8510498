# METADATA
# title: Anti-debugging with PTRACE_TRACEME
# description: |
#   A process that makes its parent its tracer cannot be attached to by a debugger
#   afterwards. Debuggers do the same between fork and exec, so theirs is not reported.
#
#   Misses: other ways to notice a debugger, such as reading TracerPid, measuring time or
#   tracing a child that traces back; programs run by a debugger that lies in an unusual place
#   are reported although nothing is wrong.
# related_resources:
# - ref: https://man7.org/linux/man-pages/man2/ptrace.2.html
# schemas:
# - input: schema.ptrace
# custom:
#   id: TW-0102
#   severity: low
#   attack: [T1622]
#   events: [ptrace]
package signatures.anti_debugging

import rego.v2

import data.lib.exceptions
import data.lib.programs

finding contains {"request": input.args.request} if {
	input.event == "ptrace"
	input.args.request == "PTRACE_TRACEME"
	not input.process.exe in programs.debuggers
	not exceptions.apply("TW-0102")
}
