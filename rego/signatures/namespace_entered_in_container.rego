# METADATA
# title: Process in a container enters another namespace
# description: |
#   A process in a container calls setns: with the host's processes in sight that is the way out
#   (nsenter -t 1). Container runtimes enter the container in the same way, from within its cgroup,
#   and are not reported.
#
#   Misses: a process that calls itself a runtime by the path of its program inside the container,
#   and unshare.
# schemas:
# - input: schema.setns
# custom:
#   id: TW-0146
#   severity: high
#   attack: [T1611]
#   events: [setns]
package signatures.namespace_entered_in_container

import rego.v2

import data.lib.exceptions
import data.lib.programs

finding contains {"nstype": input.args.nstype, "fd": input.args.fd} if {
	input.event == "setns"
	input.container.id
	not input.process.exe in programs.container_runtimes
	not _runtime_starts
	not exceptions.apply("TW-0146")
}

# runc runs a copy of itself in memory, and becomes the container's process after that.
_runtime_starts if {
	strings.any_prefix_match(input.process.exe, ["memfd:runc_cloned:", "/memfd:runc_cloned:", "/runc", "memfd:crun", "/memfd:crun"])
	some ancestor in array.slice(input.process.ancestors, 0, 3)
	ancestor.exe in programs.container_runtimes
}
