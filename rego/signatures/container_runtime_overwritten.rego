# METADATA
# title: Container runtime overwritten, or run by a container
# description: |
#   A container that gets hold of the runtime through /proc/PID/exe while that enters it can
#   overwrite the host's program, which then runs as root (CVE-2019-5736). Reported is whatever
#   changes a runtime's program, a script whose interpreter is /proc/self/exe, and in a container a
#   shell that is told to write there.
#
#   Misses: an attempt that the kernel refuses, unless its shell names the file, and runtimes
#   outside the directories of the system.
# related_resources:
# - ref: https://nvd.nist.gov/vuln/detail/CVE-2019-5736
# custom:
#   id: TW-0152
#   severity: high
#   attack: [T1611, T1554]
#   events: [security_file_open, security_inode_rename, security_inode_symlink, security_sb_mount, sched_process_exec, security_inode_link]
package signatures.container_runtime_overwritten

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

finding contains change if {
	some [path, change] in files.changed
	path in programs.container_runtimes
	not input.process.exe in programs.package_managers
	not exceptions.apply("TW-0152")
}

# METADATA
# schemas:
# - input: schema.sched_process_exec
finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	input.args.interp == "/proc/self/exe"
	input.args.cmdpath != "/proc/self/exe"
	not exceptions.apply("TW-0152")
}

# METADATA
# schemas:
# - input: schema.sched_process_exec
finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	input.container.id
	some argument in array.slice(input.args.argv, 1, 6)
	regex.match(`>\s*["']?/proc/(self|[0-9]+)/(exe|fd/)`, argument)
	not contains(argument, "/proc/1/fd/")
	not exceptions.apply("TW-0152")
}
