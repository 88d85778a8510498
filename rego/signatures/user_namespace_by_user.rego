# METADATA
# title: User namespace made by a user who is not root
# description: |
#   In a user namespace of one's own one has every capability, and with them reaches parts of the
#   kernel that are closed to users: many of its holes can be used from there only. Browsers and
#   containers without root do it every day, hence the low severity.
#
#   Misses: a namespace that clone3 makes together with a process, and one that root makes.
# custom:
#   id: TW-0130
#   severity: low
#   attack: [T1611, T1068]
#   events: [unshare, clone]
package signatures.user_namespace_by_user

import rego.v2

import data.lib.exceptions

# METADATA
# schemas:
# - input: schema.unshare
finding contains {"flags": input.args.flags, "uid": input.process.uid} if {
	input.event == "unshare"
	"CLONE_NEWUSER" in input.args.flags
	input.process.uid != 0
	not exceptions.apply("TW-0130")
}

# METADATA
# schemas:
# - input: schema.clone
finding contains {"flags": input.args.flags, "uid": input.process.uid} if {
	input.event == "clone"
	"CLONE_NEWUSER" in input.args.flags
	input.process.uid > 0
	not exceptions.apply("TW-0130")
}
