# METADATA
# title: History of a shell removed or emptied
# description: |
#   The file in which a shell keeps what was typed is deleted, moved away, emptied or replaced by a
#   link to nowhere. Shells themselves rewrite their history; what they do while they are used by
#   hand is not reported.
#
#   Misses: history that is never written (`unset HISTFILE`, `history -c`), and a shell used by
#   hand that empties the file itself.
# custom:
#   id: TW-0131
#   severity: medium
#   attack: [T1070.003]
#   events: [security_inode_unlink, security_file_open, security_inode_rename, security_inode_symlink, security_sb_mount, link, linkat, truncate]
package signatures.shell_history_removed

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

_histories := {
	"/.ash_history",
	"/.bash_history",
	"/.history",
	"/.ksh_history",
	"/.mysql_history",
	"/.psql_history",
	"/.python_history",
	"/.sh_history",
	"/.zsh_history",
	"/fish_history",
}

# METADATA
# schemas:
# - input: schema.security_inode_unlink
finding contains {"pathname": input.args.pathname} if {
	input.event == "security_inode_unlink"
	strings.any_suffix_match(input.args.pathname, _histories)
	not input.process.exe in programs.account_programs
	not exceptions.apply("TW-0131")
}

# METADATA
# schemas:
# - input: schema.security_file_open
finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	"O_TRUNC" in input.args.flags
	strings.any_suffix_match(input.args.pathname, _histories)
	not _keeps_its_history
	not exceptions.apply("TW-0131")
}

# METADATA
# schemas:
# - input: schema.truncate
finding contains {"pathname": input.args.path} if {
	input.event == "truncate"
	strings.any_suffix_match(input.args.path, _histories)
	not _keeps_its_history
	not exceptions.apply("TW-0131")
}

finding contains change if {
	some [path, change] in files.changed
	input.event != "security_file_open"
	strings.any_suffix_match(path, _histories)
	not _keeps_its_history
	not exceptions.apply("TW-0131")
}

# A shell, or another program with a history, that was not started to run something else.
_keeps_its_history if {
	strings.any_suffix_match(input.process.exe, {"/ash", "/bash", "/busybox", "/fish", "/ksh", "/mysql", "/psql", "/tcsh", "/zsh"})
	not _runs_commands
}

_keeps_its_history if {
	strings.any_suffix_match(input.process.exe, programs.script_interpreters)
	count(input.process.argv) == 1
}

_runs_commands if {
	some argument in input.process.argv
	regex.match(`^-[a-z]*c$`, argument)
}
