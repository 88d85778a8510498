# METADATA
# title: Terminal made by the interpreter of a script
# description: |
#   A shell that came over the network has no terminal, and without one neither passwords nor
#   editors work. The usual remedy is a line of Python or Perl that makes one (pty.spawn) and
#   starts a shell on it: the interpreter opens /dev/ptmx. Tools that drive other programs do the
#   same, hence the low severity.
#
#   script, socat and expect make one for somebody just so.
#
#   Misses: interpreters and tools that are not in the list.
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0119
#   severity: low
#   attack: [T1059.006, T1059.004]
#   events: [security_file_open]
package signatures.terminal_made_by_script

import rego.v2

import data.lib.exceptions
import data.lib.programs

_tools := {"/expect", "/script", "/socat", "/socat1"}

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	input.args.pathname in {"/dev/ptmx", "/dev/pts/ptmx"}
	strings.any_suffix_match(input.process.exe, programs.script_interpreters | _tools)
	not exceptions.apply("TW-0119")
}
