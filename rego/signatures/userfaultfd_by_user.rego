# METADATA
# title: Page faults handled by a user who is not root
# description: |
#   Who handles page faults of his own memory can stop the kernel in the middle of reading it, and with
#   that win races that nobody wins otherwise: many exploits of the kernel begin so. What has a right to
#   it (migration of virtual machines, CRIU) runs as root, or gets an exception.
#
#   Misses: other ways to stop the kernel, such as a file system in user space, and exploits that need none.
# custom:
#   id: TW-0191
#   severity: medium
#   attack: [T1068]
#   events: [userfaultfd, security_file_open]
package signatures.userfaultfd_by_user

import rego.v2

import data.lib.exceptions

# METADATA
# schemas:
# - input: schema.userfaultfd
finding contains {"uid": input.process.uid, "flags": input.args.flags} if {
	input.event == "userfaultfd"
	input.process.uid > 0
	not exceptions.apply("TW-0191")
}

# The other way to one, since Linux 6.1.
#
# METADATA
# schemas:
# - input: schema.security_file_open
finding contains {"uid": input.process.uid, "pathname": input.args.pathname} if {
	input.event == "security_file_open"
	input.args.pathname == "/dev/userfaultfd"
	input.process.uid > 0
	not exceptions.apply("TW-0191")
}
