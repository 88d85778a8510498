# METADATA
# title: Scheduler's debug file read in a container
# description: |
#   /proc/sched_debug and its successor list the processes of the whole host, whatever namespaces
#   there are: from a container one learns there what runs beside it. An attempt counts as well, by
#   the arguments of the program.
#
#   Misses: a program that tries to open the file without naming it in its arguments, where the
#   file is not there.
# custom:
#   id: TW-0145
#   severity: medium
#   attack: [T1613, T1057]
#   events: [security_file_open, sched_process_exec]
package signatures.scheduler_debug_read

import rego.v2

import data.lib.exceptions
import data.lib.files

_files := ["/proc/sched_debug", "/sys/kernel/debug/sched/debug", "/sched/debug"]

# METADATA
# schemas:
# - input: schema.security_file_open
finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	input.container.id
	strings.any_suffix_match(input.args.pathname, _files)
	files.for_reading(input.args.flags)
	not exceptions.apply("TW-0145")
}

# METADATA
# schemas:
# - input: schema.sched_process_exec
finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	input.container.id
	some argument in array.slice(input.args.argv, 1, 20)
	regex.match(`/proc/sched_debug|/sys/kernel/debug/sched/debug`, argument)
	not exceptions.apply("TW-0145")
}
