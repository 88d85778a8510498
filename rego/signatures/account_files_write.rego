# METADATA
# title: Accounts changed by a program that does not manage them
# description: |
#   Whoever can write to /etc/passwd or /etc/shadow makes an account, or gives one a password or
#   the rights of root. The programs that manage accounts are not reported, nor are package
#   managers.
#
#   Misses: changes that are made with useradd and its kin, and a bind mount that shows
#   /etc under another name.
# custom:
#   id: TW-0125
#   severity: high
#   attack: [T1136.001, T1098]
#   events: [security_file_open, security_inode_rename, security_inode_symlink, security_inode_link, security_sb_mount]
package signatures.account_files_write

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

_accounts := {"/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow"}

finding contains change if {
	some [path, change] in files.changed
	path in _accounts
	not input.process.exe in programs.account_programs
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0125")
}
