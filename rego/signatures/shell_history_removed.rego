# METADATA
# title: History of a shell removed or emptied
# description: |
#   The file in which a shell keeps what was typed is deleted, moved away, emptied or replaced by a
#   link to nowhere. Shells themselves rewrite their history; what they do while they are used by
#   hand is not reported.
#
#   A shell that is started with a history that leads nowhere (HISTFILE=/dev/null, HISTSIZE=0) counts as well.
#
#   Misses: what a shell is told by hand (`unset HISTFILE`, `history -c`), and a shell used by
#   hand that empties the file itself.
# custom:
#   id: TW-0131
#   severity: medium
#   attack: [T1070.003]
#   events: [security_inode_unlink, security_file_open, security_inode_rename, security_inode_symlink, security_inode_link, security_sb_mount, truncate, sched_process_exec]
package signatures.shell_history_removed

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.files
import data.lib.programs

_histories := {
	"/.ash_history",
	"/.bash_history",
	"/.history",
	"/.irb_history",
	"/.ksh_history",
	"/.lesshst",
	"/.mysql_history",
	"/.node_repl_history",
	"/.psql_history",
	"/.python_history",
	"/.rediscli_history",
	"/.sh_history",
	"/.sqlite_history",
	"/.viminfo",
	"/.zsh_history",
	"/fish_history",
}

# A history that is written nowhere.
_nowhere := ["HISTFILE=/dev/null", "HISTSIZE=0", "HISTFILESIZE=0"]

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
	_loses_what_is_there
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

# METADATA
# schemas:
# - input: schema.sched_process_exec
finding contains {"pathname": input.args.pathname, "variables": variables} if {
	input.event == "sched_process_exec"
	strings.any_prefix_match(input.args.env, _nowhere)
	executions.is_called(programs.shell_names)
	variables := [variable |
		some variable in input.args.env
		variable in _nowhere
	]
	count(variables) > 0
	not exceptions.apply("TW-0131")
}

_loses_what_is_there if "O_TRUNC" in input.args.flags

# Whoever opens without O_APPEND can write over what is there, and make it shorter.
_loses_what_is_there if {
	some mode in ["O_WRONLY", "O_RDWR"]
	mode in input.args.flags
	not "O_APPEND" in input.args.flags
}

# Editors and pagers rewrite theirs.
_keeps_its_history if strings.any_suffix_match(input.process.exe, {"/less", "/nvim", "/vim", "/vim.basic", "/vim.nox", "/vim.tiny", "/view"})

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
