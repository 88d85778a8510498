# METADATA
# title: Program or script run from shared memory
# description: |
#   /dev/shm and its kin are writable by everybody, lie in memory and hold no programs, so
#   what runs from there has been dropped. An interpreter, a shell or the dynamic linker that is
#   given a file from there as an argument or as its input counts as well, and so does a shell that reads a file there
#   whose name ends in .sh (`. /dev/shm/x.sh`).
#
#   Misses: scripts with other names that a shell includes, those that come through a pipe, and other file systems in
#   memory.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0113
#   severity: high
#   attack: [T1059.004, T1036.005]
#   events: [sched_process_exec, security_file_open]
package signatures.execution_from_shared_memory

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.files
import data.lib.programs

_places := ["/dev/shm/", "/run/shm/", "/dev/mqueue/", "/run/lock/"]

# METADATA
# schemas:
# - input: schema.sched_process_exec
finding contains {
	"pathname": input.args.pathname,
	"cmdpath": input.args.cmdpath,
	"argv": input.args.argv,
} if {
	input.event == "sched_process_exec"
	_dropped
	not exceptions.apply("TW-0113")
}

# METADATA
# schemas:
# - input: schema.sched_process_exec
_dropped if executions.started_from(_places)

# METADATA
# schemas:
# - input: schema.sched_process_exec
_dropped if strings.any_prefix_match(executions.given_script, _places)

# METADATA
# schemas:
# - input: schema.sched_process_exec
_dropped if {
	strings.any_prefix_match(input.args.stdin_path, _places)
	executions.is_called(programs.shell_names)
	count(input.args.argv) == 1
}

# METADATA
# schemas:
# - input: schema.security_file_open
finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	strings.any_prefix_match(input.args.pathname, _places)
	strings.any_suffix_match(input.process.exe, programs.shells)
	endswith(input.args.pathname, ".sh")
	files.for_reading(input.args.flags)
	not exceptions.apply("TW-0113")
}
