# METADATA
# title: Rules of sudo changed
# description: |
#   /etc/sudoers and the files in /etc/sudoers.d say who may become root. Reported is
#   whatever changes or replaces one of them, visudo included, but not package managers.
#
#   Misses: rules from LDAP or from a file that another one includes, and a
#   bind mount that shows /etc under another name.
# custom:
#   id: TW-0107
#   severity: high
#   attack: [T1548.003]
#   events: [security_file_open, security_inode_rename, security_inode_symlink, security_inode_link, security_sb_mount]
package signatures.sudoers_write

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

finding contains change if {
	some [path, change] in files.changed
	_holds_rules(path)
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0107")
}

_holds_rules(path) if path in {"/etc/sudoers", "/etc/sudoers.d"}

_holds_rules(path) if startswith(path, "/etc/sudoers.d/")
