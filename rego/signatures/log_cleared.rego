# METADATA
# title: Log emptied, overwritten, replaced or removed
# description: |
#   Logs are written at their end, and logrotate alone moves and removes them. Whatever else
#   empties one that tells who was there, writes into it from the beginning, replaces or removes it
#   may be covering tracks.
#
#   The journal that is made to forget (journalctl --vacuum) and the kernel's messages that are cleared count as well.
#
#   Misses: single lines that a daemon which is allowed to write does not write, records that are
#   changed in wtmp by programs that manage logins, logs of other applications, and a mount over
#   /var/log.
# custom:
#   id: TW-0132
#   severity: medium
#   attack: [T1070.002]
#   events: [security_inode_unlink, security_file_open, security_inode_rename, security_inode_symlink, truncate, sched_process_exec]
package signatures.log_cleared

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.programs

_logs := {
	"/var/log/alternatives.log",
	"/var/log/apache2/access.log",
	"/var/log/apache2/error.log",
	"/var/log/apt/history.log",
	"/var/log/apt/term.log",
	"/var/log/audit/audit.log",
	"/var/log/auth.log",
	"/var/log/btmp",
	"/var/log/cron",
	"/var/log/cron.log",
	"/var/log/daemon.log",
	"/var/log/dpkg.log",
	"/var/log/fail2ban.log",
	"/var/log/faillog",
	"/var/log/httpd/access_log",
	"/var/log/httpd/error_log",
	"/var/log/kern.log",
	"/var/log/lastlog",
	"/var/log/maillog",
	"/var/log/mail.log",
	"/var/log/messages",
	"/var/log/nginx/access.log",
	"/var/log/nginx/error.log",
	"/var/log/secure",
	"/var/log/sudo.log",
	"/var/log/syslog",
	"/var/log/ufw.log",
	"/var/log/user.log",
	"/var/log/yum.log",
	"/var/log/wtmp",
	"/run/utmp",
	"/var/run/utmp",
}

# Written in the middle by whatever lets people in.
_records := {"/var/log/btmp", "/var/log/faillog", "/var/log/lastlog", "/var/log/wtmp", "/run/utmp", "/var/run/utmp"}

_keepers := {
	"/lib/systemd/systemd-journald",
	"/sbin/agetty",
	"/sbin/auditd",
	"/usr/bin/touch",
	"/bin/touch",
	"/usr/lib/systemd/systemd-journald",
	"/usr/lib/systemd/systemd-update-utmp",
	"/usr/sbin/agetty",
	"/usr/sbin/auditd",
	"/usr/sbin/logrotate",
	"/usr/sbin/rsyslogd",
	"/usr/sbin/syslog-ng",
	"/usr/sbin/syslogd",
}

# METADATA
# schemas:
# - input: schema.security_inode_unlink
finding contains {"pathname": input.args.pathname} if {
	input.event == "security_inode_unlink"
	_log(input.args.pathname)
	_unexpected
}

# METADATA
# schemas:
# - input: schema.security_file_open
finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	_log(input.args.pathname)
	"O_TRUNC" in input.args.flags
	_unexpected
}

# Whoever opens without O_APPEND can write over what is there.
#
# METADATA
# schemas:
# - input: schema.security_file_open
finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	input.args.pathname in (_logs - _records)
	_writes_anywhere
	_unexpected
}

# METADATA
# schemas:
# - input: schema.security_inode_rename
finding contains {"old_path": input.args.old_path, "new_path": input.args.new_path} if {
	input.event == "security_inode_rename"
	some path in [input.args.new_path, input.args.old_path]
	_log(path)
	_unexpected
}

# METADATA
# schemas:
# - input: schema.security_inode_symlink
finding contains {"linkpath": input.args.linkpath, "target": input.args.target} if {
	input.event == "security_inode_symlink"
	_log(input.args.linkpath)
	_unexpected
}

# The journal and the kernel's own buffer are emptied by a command.
#
# METADATA
# schemas:
# - input: schema.sched_process_exec
finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	_empties_a_buffer
	not programs.for_a_package_manager
	not exceptions.apply("TW-0132")
}

_empties_a_buffer if {
	executions.is_called({"/journalctl"})
	strings.any_prefix_match(input.args.argv, ["--vacuum-"])
}

_empties_a_buffer if {
	executions.is_called({"/dmesg"})
	some argument in array.slice(input.args.argv, 1, 10)
	regex.match(`^(-[a-zA-Z]*[cC][a-zA-Z]*|--clear|--read-clear)$`, argument)
}

# METADATA
# schemas:
# - input: schema.truncate
finding contains {"pathname": input.args.path} if {
	input.event == "truncate"
	_log(input.args.path)
	_unexpected
}

_log(path) if path in _logs

# Older ones, as logrotate and savelog number them.
_log(path) if {
	startswith(path, "/var/log/")
	regex.match(`[-.][0-9]+(\.gz|\.xz|\.zst)?$`, path)
	regex.replace(path, `[-.][0-9]+(\.gz|\.xz|\.zst)?$`, "") in _logs
}

_log(path) if {
	startswith(path, "/var/log/journal/")
	endswith(path, ".journal")
}

_writes_anywhere if {
	some mode in ["O_WRONLY", "O_RDWR"]
	mode in input.args.flags
	not "O_APPEND" in input.args.flags
}

_unexpected if {
	not input.process.exe in _keepers
	not input.process.exe in programs.account_programs
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0132")
}
