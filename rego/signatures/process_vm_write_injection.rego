# METADATA
# title: Memory of another process written with process_vm_writev
# description: |
#   process_vm_writev writes into another process without stopping it and without tracing
#   it. Attempts are reported too. Debuggers are not.
#
#   Misses: writes through /proc/PID/mem, and a write to the own process by the number of another
#   thread is reported although it changes nobody else.
# related_resources:
# - ref: https://man7.org/linux/man-pages/man2/process_vm_readv.2.html
# schemas:
# - input: schema.process_vm_writev
# custom:
#   id: TW-0116
#   severity: high
#   attack: [T1055]
#   events: [process_vm_writev]
package signatures.process_vm_write_injection

import rego.v2

import data.lib.exceptions
import data.lib.programs

finding contains {"pid": input.args.pid} if {
	input.event == "process_vm_writev"

	# Both are numbers of the caller's pid namespace.
	input.args.pid > 0
	input.args.pid != input.process.ns_pid
	not input.process.exe in programs.debuggers
	not exceptions.apply("TW-0116")
}
