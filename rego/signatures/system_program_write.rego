# METADATA
# title: Program of the system replaced
# description: |
#   Files in the directories of the system's programs change when packages do. A changed sshd, ls or
#   login has been a place for back doors for as long as there has been Unix.
#
#   Misses: libraries, and /usr/local, where administrators install by hand; a file system that is
#   written past its mount.
# custom:
#   id: TW-0183
#   severity: medium
#   attack: [T1554, T1036.005]
#   events: [security_file_open, security_inode_rename, security_inode_symlink, security_inode_link, security_sb_mount]
package signatures.system_program_write

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

_places := ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"]

_managers := {
	"/sbin/ldconfig",
	"/usr/bin/update-alternatives",
	"/usr/lib/snapd/snapd",
	"/usr/sbin/ldconfig",
}

finding contains change if {
	some [path, change] in files.changed
	strings.any_prefix_match(path, _places)
	not input.process.exe in _managers
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
	not programs.for_a_package_manager
	not exceptions.apply("TW-0183")
}
