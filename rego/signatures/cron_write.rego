# METADATA
# title: Scheduled tasks changed
# description: |
#   What cron, anacron and at run, and as whom, is read from /etc/crontab, /etc/cron.d and
#   its kin, and from the spool that the commands crontab and at write. Reported is whatever
#   changes or replaces a file there, but not package managers.
#
#   Misses: systemd timers, scripts that an existing task already runs, and a bind
#   mount that shows one of the directories under another name.
# custom:
#   id: TW-0108
#   severity: medium
#   attack: [T1053.003]
#   events: [security_file_open, security_inode_rename, security_inode_symlink, security_inode_link, security_sb_mount]
package signatures.cron_write

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

# The first covers crontab, cron.d, cron.hourly and so on, cron.allow, and Alpine's crontabs.
_places := ["/etc/cron", "/etc/anacrontab", "/var/spool/cron", "/var/spool/at/"]

# They keep the output of tasks in the spool.
_daemons := {"/usr/sbin/atd", "/usr/sbin/cron", "/usr/sbin/crond"}

finding contains change if {
	some [path, change] in files.changed
	strings.any_prefix_match(path, _places)
	not input.process.exe in _daemons
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0108")
}
