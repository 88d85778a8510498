# METADATA
# title: Code or registers of another process changed with ptrace
# description: |
#   A tracer writes into the memory or the registers of the process that it traces, which
#   is how code is put into it and made to run. Observing alone is not reported, nor is what
#   debuggers do, which write breakpoints in the same way.
#
#   Misses: writes through /proc/PID/mem; injection done by a debugger that is run for it
#   (gdb --pid with a call command).
# related_resources:
# - ref: https://man7.org/linux/man-pages/man2/ptrace.2.html
# schemas:
# - input: schema.ptrace
# custom:
#   id: TW-0103
#   severity: high
#   attack: [T1055.008]
#   events: [ptrace]
package signatures.ptrace_injection

import rego.v2

import data.lib.exceptions
import data.lib.programs

_changes := {
	"PTRACE_POKETEXT",
	"PTRACE_POKEDATA",
	"PTRACE_POKEUSR",
	"PTRACE_SETREGS",
	"PTRACE_SETFPREGS",
	"PTRACE_SETREGSET",
}

finding contains {"request": input.args.request, "pid": input.args.pid} if {
	input.event == "ptrace"
	input.args.request in _changes
	not input.process.exe in programs.debuggers
	not exceptions.apply("TW-0103")
}
