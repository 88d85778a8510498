# METADATA
# title: Unit of systemd changed
# description: |
#   A service or a timer starts with the machine, as root, and again when it is stopped. Reported
#   is whatever changes or replaces a unit, a drop-in or a generator, for the system or for a user,
#   but not package managers and systemd itself.
#
#   Misses: units that a package brings, a program that an existing unit starts, transient units
#   (systemd-run), and a bind mount that shows one of the directories under another
#   name.
# custom:
#   id: TW-0123
#   severity: medium
#   attack: [T1543.002, T1053.006]
#   events: [security_file_open, security_inode_rename, security_inode_symlink, security_inode_link, security_sb_mount]
package signatures.systemd_unit_write

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

_places := [
	"/etc/systemd/",
	"/lib/systemd/system",
	"/lib/systemd/user",
	"/usr/lib/systemd/system",
	"/usr/lib/systemd/user",
	"/usr/local/lib/systemd/",
	"/run/systemd/system/",
]

_kinds := [".service", ".timer", ".socket", ".path", ".target", ".mount"]

_systemd := {
	"/usr/bin/systemctl",
	"/bin/systemctl",
	"/lib/systemd/systemd",
	"/usr/lib/systemd/systemd",
	"/usr/lib/systemd/systemd-executor",
	"/usr/lib/snapd/snapd",
	"/usr/libexec/snapd/snapd",
}

finding contains change if {
	some [path, change] in files.changed
	_unit(path)
	not input.process.exe in _systemd
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
	not _debian_tool
	not exceptions.apply("TW-0123")
}

_unit(path) if strings.any_prefix_match(path, _places)

_unit(path) if {
	strings.any_suffix_match(path, _kinds)
	contains(path, "/.config/systemd/user/")
}

_debian_tool if {
	input.process.exe == "/usr/bin/perl"
	input.process.comm in programs.perl_tools
}
