# METADATA
# title: Where libraries are looked for changed
# description: |
#   A directory in /etc/ld.so.conf.d, or a cache of one's own, puts another library in the place of the system's, in each
#   program that starts. ldconfig writes the cache, and package managers the rest: those are not reported.
#
#   Misses: a library that is put into a directory that is looked in already, and the variable LD_LIBRARY_PATH.
# related_resources:
# - ref: https://man7.org/linux/man-pages/man8/ldconfig.8.html
# custom:
#   id: TW-0201
#   severity: medium
#   attack: [T1574.006, T1574]
#   events: [security_file_open, security_inode_rename, security_inode_symlink, security_inode_link, security_sb_mount]
package signatures.library_path_write

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

_linkers := {"/sbin/ldconfig", "/sbin/ldconfig.real", "/usr/sbin/ldconfig", "/usr/sbin/ldconfig.real"}

finding contains change if {
	some [path, change] in files.changed
	strings.any_prefix_match(path, ["/etc/ld.so.conf", "/etc/ld.so.cache"])
	not input.process.exe in _linkers
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
	not programs.for_a_package_manager
	not exceptions.apply("TW-0201")
}
