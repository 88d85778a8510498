# METADATA
# title: Memory of the kernel opened in a container
# description: |
#   /proc/kcore, /dev/mem and /dev/kmem are the memory of the host with everything that is in it.
#   No container needs them; on the host perf and debuggers read them and are not reported.
#
#   Misses: a device node that a container makes for itself under another name.
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0151
#   severity: high
#   attack: [T1611, T1003]
#   events: [security_file_open]
package signatures.kernel_memory_opened

import rego.v2

import data.lib.exceptions
import data.lib.files

_files := {"/proc/kcore", "/dev/mem", "/dev/kmem", "/dev/port"}

finding contains {"pathname": input.args.pathname, "flags": input.args.flags} if {
	input.event == "security_file_open"
	input.container.id
	strings.any_suffix_match(input.args.pathname, _files)
	_usable
	not exceptions.apply("TW-0151")
}

_usable if files.for_reading(input.args.flags)

_usable if files.for_writing(input.args.flags)
