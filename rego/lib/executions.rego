# METADATA
# title: Where a program or a script was started from
# description: |
#   The kernel loads the interpreter of a script, so `pathname` is the interpreter and only
#   `cmdpath` says which script it is, as the caller gave it: perhaps relative.
# schemas:
# - input: schema.sched_process_exec
package lib.executions

import rego.v2

import data.lib.programs

# True if the program or the script lies below one of *places*, each of which ends in "/".
started_from(places) if strings.any_prefix_match(input.args.pathname, places)

started_from(places) if {
	script
	strings.any_prefix_match(input.args.cmdpath, places)
}

started_from(places) if {
	script
	not startswith(input.args.cmdpath, "/")
	strings.any_prefix_match(concat("/", [input.args.pwd, input.args.cmdpath]), places)
}

# The path of the script that an interpreter is given as an argument: the first one that is no option, nor the value
# of one. What is
# code or the name of a module (-c, -e, -m) is none, and of busybox the first one is the name of a program. Before
# a relative path the working directory is put.
given_script := path if {
	strings.any_suffix_match(input.args.pathname, programs.interpreters - {"/busybox"})
	arguments := array.slice(input.args.argv, 1, 6)
	not _has_code(arguments)
	given := [argument |
		some number, argument in arguments
		not startswith(argument, "-")
		not startswith(argument, "+")
		not arguments[number - 1] in _followed_by_a_value
	][0]
	path := _absolute(given)
}

# Options of the interpreter whose value is an argument of its own.
_followed_by_a_value := {"-O", "-o", "+O", "+o", "--init-file", "--rcfile"} if _is_shell

_followed_by_a_value := {"-W", "-X", "--check-hash-based-pycs"} if {
	not _is_shell
	contains(input.args.pathname, "/python")
}

_followed_by_a_value := {"-I", "-d", "-l"} if {
	not _is_shell
	not contains(input.args.pathname, "/python")
}

_is_shell if strings.any_suffix_match(input.args.pathname, programs.shells)

_absolute(path) := path if startswith(path, "/")

_absolute(path) := concat("/", [input.args.pwd, trim_prefix(path, "./")]) if not startswith(path, "/")

_has_code(arguments) if {
	some argument in arguments
	regex.match(`^-[a-z]*c$`, argument)
}

# Of a shell -e and -m are something else.
_has_code(arguments) if {
	not _is_shell
	some argument in arguments
	regex.match(`^-[a-zA-Z]*[emr]$`, argument)
}

# What was started is a script.
script if input.args.interp != input.args.cmdpath

# The script has no path but the descriptor that the caller had it open under.
script_by_descriptor if {
	script
	startswith(input.args.cmdpath, "/dev/fd/")

	# More parts are a file in an open directory, as execveat has it.
	count(split(input.args.cmdpath, "/")) == 4
}

script_by_descriptor if {
	script
	startswith(input.args.cmdpath, "/proc/")
	parts := split(input.args.cmdpath, "/")
	parts[count(parts) - 2] == "fd"
}

# True if the program is one of *names*, each of which begins with "/": by the name of its file, or as
# one of the many programs in busybox, which takes the name from its first argument.
is_called(names) if strings.any_suffix_match(input.args.pathname, names)

is_called(names) if {
	endswith(input.args.pathname, "/busybox")
	some argument in array.slice(input.args.argv, 0, 2)
	strings.any_suffix_match(concat("", ["/", argument]), names)
}
