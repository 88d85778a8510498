# METADATA
# title: Process hidden by a mount over its directory in /proc
# description: |
#   With something mounted over /proc/PID, ps and its kin do not see the process, or see another
#   one in its place.
#
#   Misses: a mount over /proc as a whole, and one made with move_mount whose path is relative.
# custom:
#   id: TW-0135
#   severity: high
#   attack: [T1564, T1564.013]
#   events: [security_sb_mount, move_mount]
package signatures.process_hidden_by_mount

import rego.v2

import data.lib.exceptions

# METADATA
# schemas:
# - input: schema.security_sb_mount
finding contains {"path": input.args.path, "dev_name": input.args.dev_name} if {
	input.event == "security_sb_mount"
	startswith(input.args.path, "/proc/")
	_of_a_process(input.args.path)
	not exceptions.apply("TW-0135")
}

# METADATA
# schemas:
# - input: schema.move_mount
finding contains {"path": input.args.to_pathname} if {
	input.event == "move_mount"
	startswith(input.args.to_pathname, "/proc/")
	_of_a_process(input.args.to_pathname)
	input.return_value == 0
	not exceptions.apply("TW-0135")
}

_of_a_process(path) if regex.match(`^/proc/[0-9]+(/task/[0-9]+)?(/(cmdline|comm|exe|maps|stat|status))?/?$`, path)
