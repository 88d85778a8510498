# METADATA
# title: File given capabilities that amount to root
# description: |
#   setcap gives a program rights of root without the setuid bit, and fewer people look for it.
#   Reported are the capabilities that lead to all others; packages that set them while they are
#   installed are not reported.
#
#   Misses: the system call setxattr from another program, capabilities that a copy or an archive
#   brings along, and harmless capabilities.
# custom:
#   id: TW-0162
#   severity: medium
#   attack: [T1548.001]
#   events: [sched_process_exec, setxattr, lsetxattr, fsetxattr, setxattrat]
package signatures.capability_given_to_file

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.programs

# METADATA
# schemas:
# - input: schema.sched_process_exec
finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	executions.is_called({"/setcap"})
	some argument in array.slice(input.args.argv, 1, 40)
	regex.match(
		`(?i)^(=|all[=+]|.*cap_(bpf|chown|dac_override|dac_read_search|fowner|setfcap|setgid|setpcap|setuid|sys_admin|sys_module|sys_ptrace|sys_rawio)\b.*[=+])[a-z,=+_ ]*[pe]`,
		argument,
	)
	not programs.for_a_package_manager
	not exceptions.apply("TW-0162")
}

# Without the command that says which: whatever copies files with their capabilities sets them, too.
_copiers := ["/bsdtar", "/cp", "/install", "/rsync", "/setcap", "/tar", "/unsquashfs"]

# METADATA
# schemas:
# - input: schema.setxattr
finding contains {"pathname": input.args.path} if {
	input.event == "setxattr"
	input.args.name == "security.capability"
	_by_hand
}

# METADATA
# schemas:
# - input: schema.lsetxattr
finding contains {"pathname": input.args.path} if {
	input.event == "lsetxattr"
	input.args.name == "security.capability"
	_by_hand
}

# METADATA
# schemas:
# - input: schema.fsetxattr
finding contains {"descriptor": input.args.fd} if {
	input.event == "fsetxattr"
	input.args.name == "security.capability"
	_by_hand
}

# METADATA
# schemas:
# - input: schema.setxattrat
finding contains {"pathname": input.args.pathname} if {
	input.event == "setxattrat"
	input.args.name == "security.capability"
	_by_hand
}

_by_hand if {
	not strings.any_suffix_match(input.process.exe, _copiers)
	not input.process.exe in programs.container_runtimes
	not programs.for_a_package_manager
	not exceptions.apply("TW-0162")
}
