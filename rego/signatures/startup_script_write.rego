# METADATA
# title: What runs at start or login of the machine changed
# description: |
#   Scripts of the start of the machine, of a graphical login, of the message of the day, of udev and of
#   the package manager, and which modules the kernel is given: each is run as root, or as whoever logs in, without
#   anybody asking for it.
#
#   Misses: systemd units, scheduled tasks and startup files of shells, which have signatures of their
#   own; places that only one distribution has.
# custom:
#   id: TW-0172
#   severity: medium
#   attack: [T1037.004, T1547.006, T1547.013, T1546.016, T1546.017]
#   events: [security_file_open, security_inode_rename, security_inode_symlink, security_inode_link, security_sb_mount]
package signatures.startup_script_write

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

_places := [
	"/etc/apt/apt.conf.d/",
	"/etc/init.d/",
	"/etc/init/",
	"/etc/inittab",
	"/etc/rc.common",
	"/etc/rc.d/",
	"/etc/rc.local",
	"/etc/rc0.d/",
	"/etc/rc1.d/",
	"/etc/rc2.d/",
	"/etc/rc3.d/",
	"/etc/rc4.d/",
	"/etc/rc5.d/",
	"/etc/rc6.d/",
	"/etc/rcS.d/",
	"/etc/local.d/",
	"/etc/modprobe.d/",
	"/etc/modules",
	"/etc/udev/rules.d/",
	"/etc/update-motd.d/",
	"/etc/xdg/autostart/",
	"/usr/lib/udev/rules.d/",
]

finding contains change if {
	some [path, change] in files.changed
	_runs_by_itself(path)
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
	not _debian_tool
	not exceptions.apply("TW-0172")
}

_runs_by_itself(path) if strings.any_prefix_match(path, _places)

_runs_by_itself(path) if {
	endswith(path, ".desktop")
	contains(path, "/.config/autostart/")
}

_debian_tool if {
	input.process.exe == "/usr/bin/perl"
	input.process.comm in programs.perl_tools
}
