# METADATA
# title: Setuid program started with tunables of the C library
# description: |
#   GLIBC_TUNABLES of a program that runs with more rights than its caller has been a way to those
#   rights (CVE-2023-4911), and hardly anybody sets it for su or mount.
#
#   Misses: programs with file capabilities instead of the bit.
# related_resources:
# - ref: https://nvd.nist.gov/vuln/detail/CVE-2023-4911
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0181
#   severity: medium
#   attack: [T1068, T1548.001]
#   events: [sched_process_exec]
package signatures.loader_tunables

import rego.v2

import data.lib.exceptions

finding contains {"pathname": input.args.pathname, "variables": variables} if {
	input.event == "sched_process_exec"
	strings.any_prefix_match(input.args.env, ["GLIBC_TUNABLES="])
	_raised
	variables := [variable |
		some variable in input.args.env
		startswith(variable, "GLIBC_TUNABLES=")
	]
	not exceptions.apply("TW-0181")
}

_raised if "S_ISUID" in input.args.inode_mode

_raised if "S_ISGID" in input.args.inode_mode
