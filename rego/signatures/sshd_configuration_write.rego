# METADATA
# title: Configuration of the SSH server changed
# description: |
#   It says where keys are looked for, whether root may log in, and which command is run at each login. Package
#   managers are not reported, nor are the scripts that they run.
#
#   Misses: a server that is started with another file or with options, and files that an Include names elsewhere.
# custom:
#   id: TW-0200
#   severity: medium
#   attack: [T1098.004, T1556]
#   events: [security_file_open, security_inode_rename, security_inode_symlink, security_inode_link, security_sb_mount]
package signatures.sshd_configuration_write

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

finding contains change if {
	some [path, change] in files.changed
	strings.any_prefix_match(path, ["/etc/ssh/sshd_config"])
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
	not programs.for_a_package_manager
	not exceptions.apply("TW-0200")
}
