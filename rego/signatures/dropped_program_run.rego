# METADATA
# title: File made executable and run at once
# description: |
#   What has been fetched is made executable and then run: `chmod +x` and the same file started
#   within two minutes, in a place where users and servers put files. Installers and developers do so
#   too, hence the low severity.
#
#   Misses: files that are created executable (cp, tar, install), scripts that are given to
#   their interpreter or named by a relative path, what package managers and compilers make, and other places.
# custom:
#   id: TW-0196
#   severity: low
#   attack: [T1222.002, T1105, T1204.002, T1059.004]
#   events: [chmod_common, sched_process_exec]
package signatures.dropped_program_run

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.programs

_places := ["/tmp/", "/var/tmp/", "/dev/shm/", "/run/", "/home/", "/root/", "/srv/", "/var/www/", "/opt/", "/usr/local/"]

_makers := {"/git", "/install", "/link", "/lld", "/mold", "/rustc"}

# By their names as Debian has them: ld, x86_64-linux-gnu-ld.bfd.
_linkers := ["/ld", "-ld", "ld.bfd", "ld.gold", "ld.lld"]

# METADATA
# schemas:
# - input: schema.chmod_common
remember contains {"key": input.args.pathname, "item": "made executable", "seconds": 120, "at_least": 2} if {
	input.event == "chmod_common"
	strings.any_prefix_match(input.args.pathname, _places)
	_executable
	not strings.any_suffix_match(input.process.exe, _makers)
	not strings.any_suffix_match(input.process.exe, _linkers)
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
}

# METADATA
# schemas:
# - input: schema.sched_process_exec
remember contains {"key": path, "item": "run", "seconds": 120, "at_least": 2} if {
	input.event == "sched_process_exec"
	path := _started
	strings.any_prefix_match(path, _places)
}

# METADATA
# schemas:
# - input: schema.sched_process_exec
finding contains {"pathname": _started} if {
	input.event == "sched_process_exec"
	strings.any_prefix_match(_started, _places)
	_done(_started)
}

# What was made executable later than it was run is told with the chmod.
#
# METADATA
# schemas:
# - input: schema.chmod_common
finding contains {"pathname": input.args.pathname} if {
	input.event == "chmod_common"
	strings.any_prefix_match(input.args.pathname, _places)
	_executable
	_done(input.args.pathname)
}

_done(path) if {
	data.state[path].run.at > data.state[path]["made executable"].at
	not exceptions.apply("TW-0196")
}

_executable if "S_IXUSR" in input.args.mode

_executable if "S_IXGRP" in input.args.mode

_executable if "S_IXOTH" in input.args.mode

_started := input.args.pathname if not executions.script

_started := input.args.cmdpath if executions.script
