# METADATA
# title: Hard link to a file with passwords
# description: |
#   Under a second name a file can be read without being noticed by what watches the first. Linking
#   is an event of its own in no kernel interface that is watched here: the command's arguments
#   tell.
#
#   Misses: the system call link from another program, relative paths, and directories.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0163
#   severity: medium
#   attack: [T1555, T1003.008]
#   events: [sched_process_exec]
package signatures.hard_link_to_password_file

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.programs

_files := {
	"/etc/gshadow",
	"/etc/gshadow-",
	"/etc/security/opasswd",
	"/etc/shadow",
	"/etc/shadow-",
	"/etc/sudoers",
	"/root/.ssh/authorized_keys",
	"/root/.ssh/id_ed25519",
	"/root/.ssh/id_rsa",
}

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	_links
	some argument in array.slice(input.args.argv, 1, 20)
	argument in _files
	not programs.for_a_package_manager
	not exceptions.apply("TW-0163")
}

# Symbolic links are events: link_to_sensitive_place.
_links if {
	executions.is_called({"/link", "/ln"})
	not _symbolic
}

_links if {
	executions.is_called({"/cp"})
	some argument in input.args.argv
	regex.match(`^(-[a-zA-Z]*l[a-zA-Z]*|--link)$`, argument)
}

_symbolic if {
	some argument in input.args.argv
	regex.match(`^(-[a-zA-Z]*s[a-zA-Z]*|--symbolic)$`, argument)
}
