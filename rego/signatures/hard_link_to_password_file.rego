# METADATA
# title: Hard link to a file with passwords
# description: |
#   Under a second name a file can be read without being noticed by what watches the first. The try
#   counts as well: the kernel refuses it to users.
#
#   Misses: a path below a directory that is open, or through links and mounts, a relative one from elsewhere than
#   the file's directory, and directories. The path is the caller's, which another of its threads can change.
# custom:
#   id: TW-0163
#   severity: medium
#   attack: [T1555, T1003.008]
#   events: [link, linkat]
package signatures.hard_link_to_password_file

import rego.v2

import data.lib.exceptions
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

# METADATA
# schemas:
# - input: schema.link
finding contains {"oldpath": input.args.oldpath, "newpath": input.args.newpath} if {
	input.event == "link"
	_sensitive(input.args.oldpath)
	_unexpected
}

# METADATA
# schemas:
# - input: schema.linkat
finding contains {"oldpath": input.args.oldpath, "newpath": input.args.newpath} if {
	input.event == "linkat"
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
