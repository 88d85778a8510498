# METADATA
# title: Program or script run from shared memory
# description: |
#   /dev/shm and its kin are writable by everybody, lie in memory and hold no programs, so
#   what runs from there has been dropped. An interpreter, a shell or the dynamic linker that is
#   given a file from there as its first argument counts as well.
#
#   Misses: scripts that are read from standard input or included by another one, later
#   arguments of an interpreter, and other file systems in memory.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0113
#   severity: high
#   attack: [T1059.004, T1036.005]
#   events: [sched_process_exec]
package signatures.execution_from_shared_memory

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.programs

_places := ["/dev/shm/", "/run/shm/", "/dev/mqueue/", "/run/lock/"]

finding contains {
	"pathname": input.args.pathname,
	"cmdpath": input.args.cmdpath,
	"argv": input.args.argv,
} if {
	input.event == "sched_process_exec"
	_dropped
	not exceptions.apply("TW-0113")
}

_dropped if executions.started_from(_places)

_dropped if {
	strings.any_prefix_match(input.args.argv[1], _places)
	strings.any_suffix_match(input.process.exe, programs.interpreters)
}
