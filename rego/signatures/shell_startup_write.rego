# METADATA
# title: Startup file of a shell changed
# description: |
#   What stands there runs whenever somebody opens a shell or logs in. Editors and installers of
#   development tools write to it as well: make exceptions for those that you use.
#
#   Misses: files that a startup file reads from elsewhere, and BASH_ENV.
# custom:
#   id: TW-0178
#   severity: medium
#   attack: [T1546.004]
#   events: [security_file_open, security_inode_rename, security_inode_symlink, security_inode_link, security_sb_mount]
package signatures.shell_startup_write

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

_system := ["/etc/profile", "/etc/bash.bashrc", "/etc/bashrc", "/etc/zsh", "/etc/csh.", "/etc/fish/", "/etc/environment"]

_of_users := {
	"/.bash_aliases",
	"/.bash_login",
	"/.bash_logout",
	"/.bash_profile",
	"/.bashrc",
	"/.cshrc",
	"/.config/fish/config.fish",
	"/.kshrc",
	"/.login",
	"/.profile",
	"/.tcshrc",
	"/.zlogin",
	"/.zlogout",
	"/.zprofile",
	"/.zshenv",
	"/.zshrc",
}

_homes := ["/root/", "/home/", "/var/", "/Users/"]

finding contains change if {
	some [path, change] in files.changed
	_read_by_a_shell(path)
	not input.process.exe in programs.account_programs
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
	not _debian_tool
	not exceptions.apply("TW-0178")
}

_read_by_a_shell(path) if strings.any_prefix_match(path, _system)

_read_by_a_shell(path) if {
	strings.any_suffix_match(path, _of_users)
	strings.any_prefix_match(path, _homes)
}

_debian_tool if {
	input.process.exe == "/usr/bin/perl"
	input.process.comm in programs.perl_tools
}
