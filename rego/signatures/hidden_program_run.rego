# METADATA
# title: Hidden program run
# description: |
#   A program whose file's name begins with a dot, or that lies in a hidden directory of a place that
#   everybody can write to or that only the system fills. Hidden directories of a home are full of
#   ordinary programs (.local, .cargo, .nvm) and are not looked at.
#
#   Misses: names of blanks or of characters that look like others; scripts that are given to their
#   interpreter as an argument.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0169
#   severity: medium
#   attack: [T1564.001]
#   events: [sched_process_exec]
package signatures.hidden_program_run

import rego.v2

import data.lib.exceptions

_places := ["/tmp/", "/var/", "/dev/", "/run/", "/etc/", "/usr/", "/lib/", "/bin/", "/sbin/", "/boot/", "/srv/", "/mnt/"]

# Wrappers around programs, each called like the program with a dot in front.
_stores := ["/nix/store/", "/gnu/store/"]

# File systems of images that a user starts: the directory is the mount point.
_ordinary := ["/tmp/.mount_"]

finding contains {"pathname": input.args.pathname, "cmdpath": input.args.cmdpath} if {
	input.event == "sched_process_exec"
	contains(concat(" ", [input.args.pathname, input.args.cmdpath]), "/.")
	some path in [input.args.pathname, input.args.cmdpath]
	_hidden(path)
	not strings.any_prefix_match(path, _stores)
	not exceptions.apply("TW-0169")
}

_hidden(path) if regex.match(`/\.(\.[^/]|[^/.])[^/]*$`, path)

_hidden(path) if {
	strings.any_prefix_match(path, _places)
	regex.match(`/\.(\.[^/]|[^/.])[^/]*/`, path)
	not _virtual_environment(path)
	not strings.any_prefix_match(path, _ordinary)
}

# The python of a virtual environment is a link to the system's.
_virtual_environment(path) if {
	path == input.args.cmdpath
	regex.match(`/bin/python[0-9.]*$`, path)
	regex.match(`^/usr/(local/)?bin/python[0-9.]*$`, input.args.pathname)
}
