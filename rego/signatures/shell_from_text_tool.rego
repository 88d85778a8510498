# METADATA
# title: Shell started by a program that edits or searches text
# description: |
#   awk, find, vi, ed, tar and their kin can start other programs, and where sudo or a restricted
#   shell lets somebody run one of them, that is the way to a shell. Editors with plugins and build
#   scripts do it too, hence the low severity.
#
#   Misses: other programs than shells, a program that replaces itself by the shell without a
#   child, and programs that are not in the list.
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

# One shell of busybox that starts another.
_busybox_shell if {
	endswith(input.process.ancestors[0].exe, "/busybox")
	input.args.prev_comm in {"sh", "ash"}
}
