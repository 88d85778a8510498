# METADATA
# title: Many files given a further ending by one process
# description: |
#   What encrypts files for a ransom gives each a further ending: `letter.odt.locked`. Reported is
#   a process that renames 50 files so within a minute where users, servers and backups keep theirs.
#
#   Misses: programs that write a new file and remove the old one or keep the name, tools that are started
#   for each file anew, slower ones, and other places.
# schemas:
# - input: schema.security_inode_rename
# custom:
#   id: TW-0197
#   severity: high
#   attack: [T1486]
#   events: [security_inode_rename]
package signatures.files_renamed_in_bulk

import rego.v2

import data.lib.exceptions
import data.lib.programs

_most := 50

_places := [
	"/backup/",
	"/data/",
	"/home/",
	"/media/",
	"/mnt/",
	"/opt/",
	"/root/",
	"/srv/",
	"/var/backups/",
	"/var/lib/",
	"/var/mail/",
	"/var/spool/",
	"/var/www/",
]

# Endings of what is put aside, rotated or not yet complete.
_ordinary := [".bak", ".dpkg-tmp", ".dpkg-new", ".gz", ".old", ".orig", ".part", ".tmp", ".xz", ".zst", "~"]

remember contains {"key": input.process.key, "item": _hash, "seconds": 60, "at_least": _most} if {
	_further_ending
}

finding contains {"files": count(files), "new_path": input.args.new_path} if {
	_further_ending
	files := data.state[input.process.key]
	count(files) >= _most
	not exceptions.apply("TW-0197")
}

# A path may be longer than the name of a fact.
_hash := crypto.md5(input.args.new_path)

_further_ending if {
	input.event == "security_inode_rename"
	strings.any_prefix_match(input.args.old_path, _places)
	startswith(input.args.new_path, concat("", [input.args.old_path, "."]))
	not strings.any_suffix_match(input.args.new_path, _ordinary)
	not regex.match(`\.[0-9]+$`, input.args.new_path)
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
}
