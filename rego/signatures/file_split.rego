# METADATA
# title: File split into pieces
# description: |
#   Large files are carried off in pieces that stay below a limit at which somebody looks. Split
#   files are also sent and stored for good reasons, hence the low severity.
#
#   dd that leaves the beginning out, and archives in volumes count as well.
#
#   Misses: head and tail, and programs of one's own.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0159
#   severity: low
#   attack: [T1030]
#   events: [sched_process_exec]
package signatures.file_split

import rego.v2

import data.lib.exceptions
import data.lib.executions

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	executions.is_called({"/split", "/csplit"})
	some argument in array.slice(input.args.argv, 1, 20)
	regex.match(`^(-[a-z]*[bCn][0-9]*[kKmMgG]?B?|--(bytes|line-bytes|number)(=.*)?)$`, argument)
	not exceptions.apply("TW-0159")
}

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	executions.is_called({"/dd"})
	some argument in input.args.argv
	regex.match(`^skip=0*[1-9]`, argument)
	strings.any_prefix_match(input.args.argv, ["count="])
	not exceptions.apply("TW-0159")
}

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	_in_volumes
	not exceptions.apply("TW-0159")
}

_in_volumes if {
	executions.is_called({"/zip"})
	"-s" in input.args.argv
}

_in_volumes if {
	strings.any_suffix_match(input.args.pathname, {"/7z", "/7za", "/7zr", "/rar"})
	some argument in array.slice(input.args.argv, 1, 20)
	regex.match(`^-v[0-9]+[bkmg]?$`, argument)
}

_in_volumes if {
	executions.is_called({"/tar"})
	some argument in array.slice(input.args.argv, 1, 20)
	regex.match(`^(-?[a-zA-Z]*ML?|--multi-volume|--tape-length=.*)$`, argument)
}
