# METADATA
# title: Rules or modules of PAM changed
# description: |
#   PAM decides for login, sudo and ssh whose password is right: one line or one module there lets
#   anybody in, or writes down each password. Reported is whatever changes or replaces one, but not
#   package managers and pam-auth-update.
#
#   Misses: modules in directories that a rule names by their full path, and a bind
#   mount that shows /etc under another name.
# custom:
#   id: TW-0127
#   severity: high
#   attack: [T1556.003]
#   events: [security_file_open, security_inode_rename, security_inode_symlink, security_inode_link, security_sb_mount]
package signatures.pam_write

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

_places := [
	"/etc/pam.d",
	"/etc/pam.conf",
	"/etc/security/",
	"/usr/lib/pam.d/",
	"/usr/lib/security/",
	"/usr/lib64/security/",
	"/usr/lib/x86_64-linux-gnu/security/",
	"/usr/lib/aarch64-linux-gnu/security/",
	"/lib/security/",
	"/lib64/security/",
	"/lib/x86_64-linux-gnu/security/",
	"/lib/aarch64-linux-gnu/security/",
]

finding contains change if {
	some [path, change] in files.changed
	strings.any_prefix_match(path, _places)
	not _manager
	not exceptions.apply("TW-0127")
}

_manager if input.process.exe in programs.package_managers

_manager if input.process.exe in programs.container_runtimes

# The module that remembers old passwords keeps them in /etc/security/opasswd.
_manager if input.process.exe in programs.account_programs

_manager if {
	input.process.exe == "/usr/bin/perl"
	input.process.comm in programs.perl_tools
}
