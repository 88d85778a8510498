# METADATA
# title: File split into pieces
# description: |
#   Large files are carried off in pieces that stay below a limit at which somebody looks. Split
#   files are also sent and stored for good reasons, hence the low severity.
#
#   Misses: dd, tar with volumes, compression programs that split by themselves, and programs of
#   one's own.
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
