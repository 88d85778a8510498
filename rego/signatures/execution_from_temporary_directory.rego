# METADATA
# title: Program or script run from a temporary directory
# description: |
#   Everybody may write to /tmp and /var/tmp, and what is dropped on a machine often starts
#   there. Builds and installers do it too, hence the low severity: it is context for other
#   findings rather than an alarm.
#
#   An interpreter that is given a script from there as an argument or as its input counts as well, and so does a
#   shell that reads one whose name ends in .sh (`. /tmp/x.sh`).
#
#   Misses: temporary directories elsewhere, scripts with other names that a shell includes, and what an
#   interpreter loads later.
# custom:
#   id: TW-0115
#   severity: low
#   attack: [T1059]
#   events: [sched_process_exec, security_file_open]
package signatures.execution_from_temporary_directory

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.files
import data.lib.programs

_places := ["/tmp/", "/var/tmp/"]

# METADATA
# schemas:
# - input: schema.sched_process_exec
finding contains {"pathname": input.args.pathname, "cmdpath": input.args.cmdpath} if {
	input.event == "sched_process_exec"
	executions.started_from(_places)
	not exceptions.apply("TW-0115")
}

# METADATA
# schemas:
# - input: schema.sched_process_exec
finding contains {"pathname": input.args.pathname, "script": script} if {
	input.event == "sched_process_exec"
	not executions.script
	script := executions.given_script
	strings.any_prefix_match(script, _places)
	not exceptions.apply("TW-0115")
}

# METADATA
# schemas:
# - input: schema.sched_process_exec
finding contains {"pathname": input.args.pathname, "script": input.args.stdin_path} if {
	input.event == "sched_process_exec"
	strings.any_prefix_match(input.args.stdin_path, _places)
	input.args.stdin_type == "S_IFREG"
	executions.is_called(programs.shell_names)
	count(input.args.argv) == 1
	not exceptions.apply("TW-0115")
}

# METADATA
# schemas:
# - input: schema.security_file_open
finding contains {"pathname": input.process.exe, "script": input.args.pathname} if {
	input.event == "security_file_open"
	strings.any_prefix_match(input.args.pathname, _places)
	strings.any_suffix_match(input.process.exe, programs.shells)
	endswith(input.args.pathname, ".sh")
	files.for_reading(input.args.flags)
	not exceptions.apply("TW-0115")
}
