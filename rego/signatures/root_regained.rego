# METADATA
# title: Process has become root again
# description: |
#   A process that runs as another user took the rights of root back with setuid or a call like it.
#   Programs with the setuid bit and servers that serve users do so by design: the known ones are
#   not reported.
#
#   Misses: the setuid bit itself when a program starts (see exec events), a change that the kernel
#   makes without such a call, and capabilities in the place of user id 0.
# schemas:
# - input: schema.commit_creds
# custom:
#   id: TW-0128
#   severity: medium
#   attack: [T1548.001, T1134.001, T1068]
#   events: [commit_creds]
package signatures.root_regained

import rego.v2

import data.lib.exceptions
import data.lib.programs

_calls := {"setuid", "setreuid", "setresuid"}

# Ends of paths of programs that put root's rights aside for a while.
_switchers := {
	"/apache2",
	"/chromium-sandbox",
	"/chrome-sandbox",
	"/dbus-daemon-launch-helper",
	"/dovecot",
	"/exim4",
	"/fusermount",
	"/fusermount3",
	"/imap",
	"/imap-login",
	"/lightdm",
	"/local",
	"/man",
	"/mandb",
	"/master",
	"/mount",
	"/mount.cifs",
	"/mount.nfs",
	"/newgidmap",
	"/newuidmap",
	"/nmbd",
	"/php-fpm",
	"/ping",
	"/pkexec",
	"/procmail",
	"/pure-ftpd",
	"/qmgr",
	"/quota",
	"/rpc.gssd",
	"/rpcbind",
	"/samba",
	"/screen",
	"/sendmail",
	"/smbd",
	"/smtpd",
	"/snap-confine",
	"/ssh-keysign",
	"/sssd_be",
	"/slurmd",
	"/slurmstepd",
	"/tmux",
	"/umount",
	"/virtual",
	"/winbindd",
	"/Xorg",
}

finding contains {
	"call": input.syscall,
	"uid": input.args.old_cred.uid,
	"euid": input.args.old_cred.euid,
} if {
	input.event == "commit_creds"
	input.syscall in _calls
	input.args.new_cred.euid == 0
	input.args.old_cred.euid != 0
	not input.process.exe in programs.account_programs
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
	not _switcher_of_the_system
	not exceptions.apply("TW-0128")
}

_switcher_of_the_system if {
	strings.any_suffix_match(input.process.exe, _switchers)
	strings.any_prefix_match(input.process.exe, ["/usr/", "/bin/", "/sbin/", "/opt/"])
}
