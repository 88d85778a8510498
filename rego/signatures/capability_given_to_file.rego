# METADATA
# title: File given capabilities that amount to root
# description: |
#   setcap gives a program rights of root without the setuid bit, and fewer people look for it.
#   Reported are the capabilities that lead to all others; packages that set them while they are
#   installed are not reported.
#
#   Misses: the system call setxattr from another program, capabilities that a copy or an archive
#   brings along, and harmless capabilities.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0162
#   severity: medium
#   attack: [T1548.001]
#   events: [sched_process_exec]
package signatures.capability_given_to_file

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.programs

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
