# METADATA
# title: Setuid program started without arguments
# description: |
#   The first argument of a program is its own name. A setuid program that is started without even
#   that reads beyond the end of the list, which made anybody root through pkexec (CVE-2021-4034).
#   Kernels since 5.18 put an empty name there.
#
#   Misses: the same with a program that has capabilities instead of the setuid bit, and arguments
#   that only look right.
# related_resources:
# - ref: https://nvd.nist.gov/vuln/detail/CVE-2021-4034
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0129
#   severity: high
#   attack: [T1068, T1548.001]
#   events: [sched_process_exec]
package signatures.setuid_program_without_name

import rego.v2

import data.lib.exceptions

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	input.args.argv in [[], [""]]
	_raised
	not exceptions.apply("TW-0129")
}

_raised if "S_ISUID" in input.args.inode_mode

_raised if "S_ISGID" in input.args.inode_mode
