# METADATA
# title: Process attached to another with ptrace
# description: |
#   Whoever is attached can read and change memory and registers; ptrace_injection reports that it does.
#   Debuggers are not reported. Crash handlers and sanitizers attach too, hence the low severity.
#
#   Misses: tracing from the start (PTRACE_TRACEME, which anti_debugging reports).
# schemas:
# - input: schema.ptrace
# custom:
#   id: TW-0177
#   severity: low
#   attack: [T1055.008]
#   events: [ptrace]
package signatures.process_attached

import rego.v2

import data.lib.exceptions
import data.lib.programs

finding contains {"request": input.args.request, "pid": input.args.pid} if {
	input.event == "ptrace"
	input.args.request in {"PTRACE_ATTACH", "PTRACE_SEIZE"}
	not input.process.exe in programs.debuggers
	not exceptions.apply("TW-0177")
}
