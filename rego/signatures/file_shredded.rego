# METADATA
# title: File or disk overwritten so that it cannot be recovered
# description: |
#   shred and its kin write over a file before they remove it. That is how evidence is destroyed,
#   and data for ransom; for a key that is no longer needed it is good practice.
#
#   Misses: the same done with a program of one's own or under another name, and a file that is emptied first.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0133
#   severity: medium
#   attack: [T1485, T1070.004]
#   events: [sched_process_exec]
package signatures.file_shredded

import rego.v2

import data.lib.exceptions
import data.lib.executions

_programs := {"/shred", "/srm", "/wipe", "/scrub", "/nwipe", "/sfill", "/sswap"}

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	executions.is_called(_programs)
	not input.args.argv[1] in {"--help", "--version"}
	not exceptions.apply("TW-0133")
}

# dd that writes over what is there.
finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	executions.is_called({"/dd"})
	strings.any_prefix_match(input.args.argv, ["if=/dev/urandom", "if=/dev/random", "if=/dev/zero"])
	some argument in input.args.argv
	regex.match(`^conv=(.*,)?notrunc`, argument)
	not exceptions.apply("TW-0133")
}
