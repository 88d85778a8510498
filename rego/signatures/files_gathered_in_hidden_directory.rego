# METADATA
# title: Files gathered in a hidden directory
# description: |
#   Before data is carried off it is put together, most often below /tmp in a file or directory whose name
#   begins with a dot. Reported is a program that prints, copies or packs files and writes there; one file
#   is no proof, hence the low severity.
#
#   Misses: directories elsewhere or without a dot, and programs that are not in the list.
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0164
#   severity: low
#   attack: [T1074.001]
#   events: [security_file_open]
package signatures.files_gathered_in_hidden_directory

import rego.v2

import data.lib.exceptions
import data.lib.programs

# Ends of paths.
_gatherers := {
	"/7z",
	"/7za",
	"/bzip2",
	"/busybox",
	"/cp",
	"/cpio",
	"/dd",
	"/gzip",
	"/install",
	"/rsync",
	"/scp",
	"/sftp-server",
	"/tar",
	"/tee",
	"/xz",
	"/zip",
	"/zstd",
}

_places := ["/tmp/.", "/var/tmp/.", "/dev/shm/."]

_ordinary := ["/tmp/.X11-unix/", "/tmp/.ICE-unix/", "/tmp/.font-unix/", "/tmp/.XIM-unix/", "/tmp/.mount_"]

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	strings.any_prefix_match(input.args.pathname, _places)
	"O_CREAT" in input.args.flags
	strings.any_suffix_match(input.process.exe, ((_gatherers | programs.printers) | programs.script_interpreters))
	not strings.any_prefix_match(input.args.pathname, _ordinary)
	not exceptions.apply("TW-0164")
}
