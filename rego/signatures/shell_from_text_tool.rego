# METADATA
# title: Shell started by a program that edits or searches text
# description: |
#   awk, find, vi, ed, tar and their kin can start other programs, and where sudo or a restricted
#   shell lets somebody run one of them, that is the way to a shell. Editors with plugins and build
#   scripts do it too, hence the low severity.
#
#   An interpreter that replaces itself by a shell (`perl -e 'exec "/bin/sh"'`), or whose only job is to start one by
#   the name of its file, counts as well.
#
#   Misses: other programs than shells, a text tool that replaces itself by the shell without a
#   child, programs that are not in the list, and a script that starts a shell like any other program.
# related_resources:
# - ref: https://gtfobins.github.io/
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0118
#   severity: low
#   attack: [T1059.004, T1548.003]
#   events: [sched_process_exec]
package signatures.shell_from_text_tool

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.programs

# Ends of paths. `env`, `xargs` and `make` are not in it: starting shells is what they are for.
_tools := {
	"/awk",
	"/busybox",
	"/crash",
	"/ed",
	"/emacs",
	"/expect",
	"/find",
	"/ftp",
	"/gawk",
	"/less",
	"/mawk",
	"/more",
	"/nano",
	"/nmap",
	"/nvim",
	"/original-awk",
	"/pico",
	"/red",
	"/rlwrap",
	"/rvim",
	"/sed",
	"/sqlite3",
	"/tar",
	"/tcpdump",
	"/vi",
	"/view",
	"/vim",
	"/vim.basic",
	"/vim.nox",
	"/vim.tiny",
	"/zip",
}

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	strings.any_suffix_match(input.process.ancestors[0].exe, _tools)
	executions.is_called(programs.shell_names)
	not _busybox_shell
	not exceptions.apply("TW-0118")
}

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	executions.is_called(programs.shell_names)
	_instead_of_an_interpreter
	not exceptions.apply("TW-0118")
}

# The process itself was the interpreter. A child of one has its name as well, before it starts anything.
_instead_of_an_interpreter if {
	regex.match(`^(perl|python|ruby|lua|php|node)[0-9.]*$`, input.args.prev_comm)
	not strings.any_suffix_match(input.process.ancestors[0].exe, programs.script_interpreters)
	not regex.match(`/(perl|python|ruby|lua|php|node)[0-9.]*$`, input.process.ancestors[0].exe)
}

# `os.system("/bin/sh …")`: the shell that runs the command becomes the one that is its command.
_instead_of_an_interpreter if {
	input.args.prev_comm == "sh"
	strings.any_suffix_match(input.process.ancestors[0].exe, programs.script_interpreters)
	input.args.argv[0] in {"/bin/sh", "/bin/bash", "/bin/dash", "/usr/bin/sh", "/usr/bin/bash", "sh", "bash"}
}

# One shell of busybox that starts another.
_busybox_shell if {
	endswith(input.process.ancestors[0].exe, "/busybox")
	input.args.prev_comm in {"sh", "ash"}
}
