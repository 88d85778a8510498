# METADATA
# title: File of a program removed while it runs
# description: |
#   A program that was put into a temporary directory, started, and whose file was removed by somebody else while it
#   ran, leaves nothing to examine. It is told with the next thing that the program does: it ends or connects.
#   program_deleted_itself finds those that remove themselves.
#
#   A file that is moved away or replaced counts as removed.
#
#   Misses: programs in other places, files that are overwritten, names with an unusual ending, and
#   programs that run for more than five minutes before their file is removed or afterwards do nothing for that long.
# custom:
#   id: TW-0199
#   severity: medium
#   attack: [T1070.004]
#   events: [sched_process_exec, security_inode_unlink, security_inode_rename, sched_process_exit, security_socket_connect]
package signatures.program_removed_while_running

import rego.v2

import data.lib.exceptions

_places := ["/tmp/", "/var/tmp/", "/dev/shm/"]

# There is one finding about a path until the facts are over, and what is removed at all is removed soon.
_seconds := 300

_least := 3

# METADATA
# schemas:
# - input: schema.sched_process_exec
remember contains {"key": input.args.pathname, "item": _began, "seconds": _seconds, "at_least": _least} if {
	input.event == "sched_process_exec"
	strings.any_prefix_match(input.args.pathname, _places)
}

# Compilers remove many files, which have an ending that programs do not have.
#
# METADATA
# schemas:
# - input: schema.security_inode_unlink
remember contains {"key": input.args.pathname, "item": "removed", "seconds": _seconds, "at_least": _least} if {
	input.event == "security_inode_unlink"
	strings.any_prefix_match(input.args.pathname, _places)
	regex.match(`/\.?[^./]+(\.(bin|elf|out|run))?$`, input.args.pathname)
}

# METADATA
# schemas:
# - input: schema.security_inode_rename
remember contains {"key": path, "item": "removed", "seconds": _seconds, "at_least": _least} if {
	input.event == "security_inode_rename"
	some path in _moved
}

remember contains {"key": input.process.exe, "item": _lived, "seconds": _seconds, "at_least": _least} if {
	_alive
}

# Whatever order they come in: each event that adds a fact asks for all.
finding contains {"pathname": input.process.exe} if {
	_alive
	_removed_between(data.state[input.process.exe])
	not exceptions.apply("TW-0199")
}

# METADATA
# schemas:
# - input: schema.security_inode_unlink
finding contains {"pathname": input.args.pathname} if {
	input.event == "security_inode_unlink"
	strings.any_prefix_match(input.args.pathname, _places)
	_removed_between(data.state[input.args.pathname])
	not exceptions.apply("TW-0199")
}

# METADATA
# schemas:
# - input: schema.security_inode_rename
finding contains {"pathname": path} if {
	input.event == "security_inode_rename"
	some path in _moved
	_removed_between(data.state[path])
	not exceptions.apply("TW-0199")
}

# METADATA
# schemas:
# - input: schema.security_inode_rename
_moved contains path if {
	some path in [input.args.old_path, input.args.new_path]
	strings.any_prefix_match(path, _places)
	regex.match(`/\.?[^./]+(\.(bin|elf|out|run))?$`, path)
}

_removed_between(facts) if {
	removed := facts.removed.at
	some item, fact in facts
	startswith(item, "lived ")
	fact.at > removed
	facts[concat("", ["began ", substring(item, 6, -1)])].at < removed
}

# METADATA
# schemas:
# - input: schema.sched_process_exit
_alive if {
	input.event == "sched_process_exit"
	input.args.process_group_exit == true
	strings.any_prefix_match(input.process.exe, _places)
}

_alive if {
	input.event == "security_socket_connect"
	strings.any_prefix_match(input.process.exe, _places)
}

_began := concat(" ", ["began", input.process.key])

_lived := concat(" ", ["lived", input.process.key])
