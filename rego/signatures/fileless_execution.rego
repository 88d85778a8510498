# METADATA
# title: Program run from memory
# description: |
#   A program, its ELF interpreter or its script interpreter is a file that memfd_create
#   made: it has never been on a disk, where it could be scanned or found later. How it was
#   named does not matter: /proc/self/fd/N, /dev/fd/N and execveat all lead to the same file.
#   A script that has no other path than a descriptor counts as well. runc runs a sealed
#   copy of itself in this way and is not reported.
#
#   Misses: a script in a memfd that is given to an interpreter as an argument, a library in
#   one that is loaded by dlopen, and code that is copied into a running process.
# related_resources:
# - ref: https://man7.org/linux/man-pages/man2/memfd_create.2.html
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0101
#   severity: high
#   attack: [T1620]
#   events: [sched_process_exec]
package signatures.fileless_execution

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.programs

finding contains {"pathname": input.args.pathname, "cmdpath": input.args.cmdpath} if {
	input.event == "sched_process_exec"
	_in_memory
	not _runc_itself
	not exceptions.apply("TW-0101")
}

_in_memory if input.args.memfd == true

_in_memory if strings.any_prefix_match(input.args.pathname, ["memfd:", "/memfd:"])

_in_memory if strings.any_prefix_match(input.args.interpreter_pathname, ["memfd:", "/memfd:"])

# The program that runs in the end.
_in_memory if strings.any_prefix_match(input.process.exe, ["memfd:", "/memfd:"])

_in_memory if executions.script_by_descriptor

# Since CVE-2019-5736. The name alone could be anybody's. runc does so before it enters
# the container's cgroup, where every process descends from a runtime.
_runc_itself if {
	strings.any_prefix_match(input.args.pathname, ["memfd:runc_cloned:", "/memfd:runc_cloned:"])
	input.process.ancestors[0].exe in programs.container_runtimes
	not input.container.id
}
