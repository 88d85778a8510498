# METADATA
# title: Cgroup in a container made to announce its end
# description: |
#   A cgroup with notify_on_release set makes the kernel run the hierarchy's release_agent, as root of
#   the host, when its last process ends. Containers have no business with it; it is the first half of
#   the escape that release_agent_escape reports the second half of.
#
#   Misses: cgroup v2, which has no such file; a hierarchy that has it set from the start; a write
#   through a descriptor that was opened outside.
# related_resources:
# - ref: https://docs.kernel.org/admin-guide/cgroup-v1/cgroups.html
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0166
#   severity: high
#   attack: [T1611]
#   events: [security_file_open]
package signatures.notify_on_release_write

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	endswith(input.args.pathname, "/notify_on_release")
	input.container.id
	files.for_writing(input.args.flags)
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0166")
}
