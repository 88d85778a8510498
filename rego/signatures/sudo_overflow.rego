# METADATA
# title: sudo called in the way that overflows its buffer
# description: |
#   With -s or -i, sudo before 1.9.5p2 wrote past a buffer when an argument ended in a single backslash
#   (CVE-2021-3156). Nobody types that.
#
#   Misses: whether it worked.
# related_resources:
# - ref: https://nvd.nist.gov/vuln/detail/CVE-2021-3156
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0184
#   severity: high
#   attack: [T1068, T1548.003]
#   events: [sched_process_exec]
package signatures.sudo_overflow

import rego.v2

import data.lib.exceptions

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	strings.any_suffix_match(input.args.pathname, ["/sudo", "/sudoedit"])
	some option in array.slice(input.args.argv, 1, 20)
	regex.match(`^(-[a-zA-Z]*[si]|--shell|--login)$`, option)
	some argument in array.slice(input.args.argv, 1, 100)
	endswith(argument, `\`)
	not exceptions.apply("TW-0184")
}
