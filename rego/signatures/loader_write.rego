# METADATA
# title: Dynamic linker changed
# description: |
#   The dynamic linker runs at the start of nearly every program, with the rights of that program.
#   Reported is whatever changes or replaces it, or puts another one beside it, but not package
#   managers.
#
#   Misses: a bind mount that shows the directory under another name, and the libraries
#   that are loaded next.
# custom:
#   id: TW-0137
#   severity: high
#   attack: [T1574, T1574.006]
#   events: [security_file_open, security_inode_rename, security_inode_symlink, security_inode_link, security_sb_mount]
package signatures.loader_write

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

_loaders := [
	"/lib/ld",
	"/lib32/ld",
	"/lib64/ld",
	"/libx32/ld",
	"/usr/lib/ld",
	"/usr/lib32/ld",
	"/usr/lib64/ld",
	"/usr/libx32/ld",
	"/lib/x86_64-linux-gnu/ld",
	"/usr/lib/x86_64-linux-gnu/ld",
	"/lib/aarch64-linux-gnu/ld",
	"/usr/lib/aarch64-linux-gnu/ld",
]

finding contains change if {
	some [path, change] in files.changed
	strings.any_prefix_match(path, _loaders)
	regex.match(`/ld[^/]*\.so[^/]*$`, path)
	not input.process.exe in {"/sbin/ldconfig", "/usr/sbin/ldconfig", "/sbin/ldconfig.real", "/usr/sbin/ldconfig.real"}
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0137")
}
