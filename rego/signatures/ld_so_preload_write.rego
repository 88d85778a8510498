# METADATA
# title: /etc/ld.so.preload changed
# description: |
#   The dynamic linker loads the libraries listed in this file into every program that
#   starts. Hardly anything needs it; rootkits do. Reported is whatever changes or replaces
#   the file: opening it for writing, renaming, a link, a mount on top of it.
#
#   Misses: a bind mount that shows /etc under another name, and io_uring on
#   kernels where it is not traced.
# related_resources:
# - ref: https://man7.org/linux/man-pages/man8/ld.so.8.html
# custom:
#   id: TW-0106
#   severity: high
#   attack: [T1574.006]
#   events: [security_file_open, security_inode_rename, security_inode_symlink, security_inode_link, security_sb_mount]
package signatures.ld_so_preload_write

import rego.v2

import data.lib.exceptions
import data.lib.files

finding contains change if {
	some [path, change] in files.changed

	# Not only in the root of the process: a container that has the host's file system
	# mounted somewhere, or a root prepared for chroot.
	endswith(path, "/etc/ld.so.preload")
	not exceptions.apply("TW-0106")
}
