# METADATA
# title: Program that looks whether addresses are randomised
# description: |
#   An exploit has to know whether the kernel places programs at random addresses. Tools that show or
#   harden settings look too, hence the severity.
#
#   Misses: what can be seen in /proc/self/maps or personality, and the same number on the kernel's
#   command line.
# related_resources:
# - ref: https://docs.kernel.org/admin-guide/sysctl/kernel.html#randomize-va-space
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0167
#   severity: info
#   attack: [T1082, T1068]
#   events: [security_file_open]
package signatures.address_randomisation_read

import rego.v2

import data.lib.exceptions
import data.lib.files

_settings := {"/usr/lib/systemd/systemd-sysctl", "/usr/sbin/sysctl", "/sbin/sysctl"}

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	endswith(input.args.pathname, "/proc/sys/kernel/randomize_va_space")
	files.for_reading(input.args.flags)
	not input.process.exe in _settings
	not exceptions.apply("TW-0167")
}
