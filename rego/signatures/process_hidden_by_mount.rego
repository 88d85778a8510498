# METADATA
# title: Process hidden by a mount over its directory in /proc
# description: |
#   With something mounted over /proc/PID, ps and its kin do not see the process, or see another
#   one in its place.
#
#   Misses: a mount over /proc as a whole, and mounts made with move_mount.
# schemas:
# - input: schema.security_sb_mount
# custom:
#   id: TW-0135
#   severity: high
#   attack: [T1564, T1564.013]
#   events: [security_sb_mount]
package signatures.process_hidden_by_mount

import rego.v2

import data.lib.exceptions

finding contains {"path": input.args.path, "dev_name": input.args.dev_name} if {
	input.event == "security_sb_mount"
	startswith(input.args.path, "/proc/")
	regex.match(`^/proc/[0-9]+(/task/[0-9]+)?(/(cmdline|comm|exe|maps|stat|status))?/?$`, input.args.path)
	not exceptions.apply("TW-0135")
}
