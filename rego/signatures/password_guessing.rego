# METADATA
# title: Passwords tried one after the other
# description: |
#   Programs that ask for a password end with an error where it is wrong. One user who has five of them do so
#   within a minute does not know the password. Root is not asked.
#
#   Misses: slower guesses, logins over the network, programs that check passwords without such a
#   program, and tries by many users. A command that fails after the password was right looks the same.
# schemas:
# - input: schema.sched_process_exit
# custom:
#   id: TW-0195
#   severity: medium
#   attack: [T1110.001, T1110.003]
#   events: [sched_process_exit]
package signatures.password_guessing

import rego.v2

import data.lib.exceptions

_most := 5

_asking := {
	"/bin/su",
	"/bin/sudo",
	"/usr/bin/chsh",
	"/usr/bin/doas",
	"/usr/bin/newgrp",
	"/usr/bin/passwd",
	"/usr/bin/pkexec",
	"/usr/bin/su",
	"/usr/bin/sudo",
	"/usr/lib/polkit-1/polkit-agent-helper-1",
	"/usr/sbin/unix_chkpwd",
}

remember contains {"key": input.process.uid, "seconds": 60, "at_least": _most} if {
	_failed
}

finding contains {"failures": count(failures), "exe": input.process.exe, "uid": input.process.uid} if {
	_failed
	failures := data.state[format_int(input.process.uid, 10)]
	count(failures) >= _most
	not exceptions.apply("TW-0195")
}

_failed if {
	input.event == "sched_process_exit"
	input.process.exe in _asking
	input.args.process_group_exit == true
	input.args.exit_code > 0
	input.process.uid > 0
}
