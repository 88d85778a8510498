# METADATA
# title: Hard link to a file with passwords
# description: |
#   Under a second name a file can be read without being noticed by what watches the first. The try
#   counts as well, where it names the file: the kernel refuses it to users.
#
#   Misses: of what the kernel refuses, a path that names the file in a roundabout way. The path is the caller's
#   then, which another of its threads can change.
# custom:
#   id: TW-0163
#   severity: medium
#   attack: [T1555, T1003.008]
#   events: [security_inode_link, link, linkat]
package signatures.hard_link_to_password_file

import rego.v2

import data.lib.exceptions
import data.lib.programs

_files := {
	"/etc/gshadow",
	"/etc/gshadow-",
	"/etc/pam.conf",
	"/etc/security/opasswd",
	"/etc/shadow",
	"/etc/shadow-",
	"/etc/sudoers",
	"/root/.ssh/authorized_keys",
	"/root/.ssh/id_ed25519",
	"/root/.ssh/id_rsa",
}

# METADATA
# schemas:
# - input: schema.security_inode_link
finding contains {"oldpath": input.args.old_path, "newpath": input.args.new_path} if {
	input.event == "security_inode_link"
	input.args.old_path in _files
	_unexpected
}

# METADATA
# schemas:
# - input: schema.link
finding contains {"oldpath": input.args.oldpath, "newpath": input.args.newpath} if {
	input.event == "link"
	input.return_value < 0
	_sensitive(input.args.oldpath)
	_unexpected
}

# METADATA
# schemas:
# - input: schema.linkat
finding contains {"oldpath": input.args.oldpath, "newpath": input.args.newpath} if {
	input.event == "linkat"
	input.return_value < 0
	_sensitive(input.args.oldpath)
	_unexpected
}

_sensitive(path) if path in _files

_sensitive(path) if {
	path in {"shadow", "gshadow", "shadow-", "gshadow-", "sudoers", "./shadow", "./gshadow"}
	input.process.cwd == "/etc"
}

_unexpected if {
	not input.process.exe in programs.account_programs
	not programs.for_a_package_manager
	not exceptions.apply("TW-0163")
}
