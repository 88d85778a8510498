# METADATA
# title: Program started with LD_PRELOAD or LD_AUDIT
# description: |
#   The dynamic linker loads the libraries named there into the program before its own, so
#   that they can replace any function of it. LD_LIBRARY_PATH alone is not reported.
#   stdbuf works in this way and is not reported either. The linker itself can be told the same by its arguments.
#
#   Misses: a variable behind the first 12 KiB of the environment, and one that a program
#   sets for itself and acts on without another exec.
# related_resources:
# - ref: https://man7.org/linux/man-pages/man8/ld.so.8.html
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0105
#   severity: medium
#   attack: [T1574.006]
#   events: [sched_process_exec]
package signatures.ld_preload_environment

import rego.v2

import data.lib.exceptions

_variables := ["LD_PRELOAD=", "LD_AUDIT="]

_nothing := {"LD_PRELOAD=", "LD_AUDIT="}

# By absolute path, so that only the coreutils' own library is meant.
_buffering := {
	"LD_PRELOAD=/usr/lib/x86_64-linux-gnu/coreutils/libstdbuf.so",
	"LD_PRELOAD=/usr/libexec/coreutils/libstdbuf.so",
}

_linkers := {"/ld-linux-aarch64.so.1", "/ld-linux-x86-64.so.2", "/ld-linux.so.2"}

finding contains {"variables": variables, "pathname": input.args.pathname} if {
	input.event == "sched_process_exec"

	# The whole list in one call: hardly any program gets further than this.
	strings.any_prefix_match(input.args.env, _variables)
	variables := [variable |
		some variable in input.args.env
		strings.any_prefix_match(variable, _variables)
		not variable in _nothing
		not variable in _buffering
	]
	count(variables) > 0
	not exceptions.apply("TW-0105")
}

finding contains {"argv": input.args.argv, "pathname": input.args.pathname} if {
	input.event == "sched_process_exec"
	strings.any_suffix_match(input.args.pathname, _linkers)
	strings.any_prefix_match(array.slice(input.args.argv, 1, 10), ["--preload", "--audit"])
	not exceptions.apply("TW-0105")
}
