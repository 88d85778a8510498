# METADATA
# title: Shell or interpreter that reads its commands from a pipe
# description: |
#   `curl … | sh` runs what a server says today, and `base64 -d | sh` what nobody has read: the
#   interpreter was started without a script and its standard input is a pipe. Installers are
#   started in the same way, hence the low severity.
#
#   Misses: commands that pass through a file or a variable.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0121
#   severity: low
#   attack: [T1059.004, T1059.006, T1105, T1140]
#   events: [sched_process_exec]
package signatures.commands_from_pipe

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.programs

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	input.args.stdin_type == "S_IFIFO"
	_runs_code
	_no_script
	not exceptions.apply("TW-0121")
}

# `bash <(curl …)`: the script is a pipe.
finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	_runs_code
	some argument in array.slice(input.args.argv, 1, 4)
	regex.match(`^/(dev|proc/self)/fd/[0-9]+$`, argument)
	not exceptions.apply("TW-0121")
}

_runs_code if executions.is_called(programs.shell_names)

_runs_code if strings.any_suffix_match(input.args.pathname, programs.script_interpreters)

_no_script if input.args.argv[1] in {"/dev/stdin", "/proc/self/fd/0", "/dev/fd/0"}

# The shell in busybox, when that is called by its own name.
_no_script if {
	endswith(input.args.pathname, "/busybox")
	array.slice(input.args.argv, 1, 10) in [["sh"], ["ash"], ["sh", "-s"]]
}

_no_script if {
	arguments := array.slice(input.args.argv, 1, 6)
	every argument in arguments {
		regex.match(`^-([abefhilnpstuvxEIS]*|-[a-z-]+)$`, argument)
	}
	not _asks_or_has_code
}

# `sh -s` takes arguments for the script that it reads.
_no_script if {
	input.args.argv[1] in {"-s", "-"}
}

_asks_or_has_code if {
	some argument in input.args.argv
	regex.match(`^(-e|-v|-V|--version|--help)$`, argument)
	strings.any_suffix_match(input.args.pathname, programs.script_interpreters)
}
