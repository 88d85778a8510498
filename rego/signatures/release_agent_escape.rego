# METADATA
# title: Container escape by a cgroup's release_agent
# description: |
#   The kernel runs the program named in release_agent as root on the host when a cgroup of
#   version 1 becomes empty. Whoever can write to that file from a container is out of it.
#   Nothing but systemd on hosts of the older kind writes it; reading it is not reported.
#
#   Misses: the mount option release_agent, which needs no write, and a bind mount that shows
#   the file under another name.
# related_resources:
# - ref: https://docs.kernel.org/admin-guide/cgroup-v1/cgroups.html
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0114
#   severity: critical
#   attack: [T1611]
#   events: [security_file_open]
package signatures.release_agent_escape

import rego.v2

import data.lib.exceptions
import data.lib.files

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	endswith(input.args.pathname, "/release_agent")
	files.for_writing(input.args.flags)
	not input.process.exe in {"/lib/systemd/systemd", "/usr/lib/systemd/systemd"}
	not exceptions.apply("TW-0114")
}
