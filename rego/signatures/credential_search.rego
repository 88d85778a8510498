# METADATA
# title: Search for passwords or keys in files
# description: |
#   grep or find is told to look for private keys, keys of a cloud or passwords: the first thing
#   that is done on a machine that somebody has got into, and now and then by a developer.
#
#   Misses: searches with other words or programs, and patterns that are read from a file.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0142
#   severity: medium
#   attack: [T1552.001, T1552.004]
#   events: [sched_process_exec]
package signatures.credential_search

import rego.v2

import data.lib.exceptions
import data.lib.executions

_searchers := {"/ack", "/ag", "/egrep", "/fd", "/fdfind", "/fgrep", "/find", "/grep", "/locate", "/plocate", "/rg", "/zgrep"}

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	executions.is_called(_searchers)
	some argument in array.slice(input.args.argv, 1, 40)
	_secret(argument)
	not exceptions.apply("TW-0142")
}

_secret(argument) if {
	regex.match(`(?i)aws_?(secret|session|access)|secret_?access_?key|BEGIN[ \\.*]+([A-Z]+ )?PRIVATE|PRIVATE KEY`, argument)
}

_secret(argument) if regex.match(`(?i)^[\\^*./]*(id_(rsa|dsa|ecdsa|ed25519)|.*\.aws/credentials|\.git-credentials|\.?pgpass|\.netrc)[*$]*$`, argument)

# What keys and stores of passwords are called, as find and locate are told.
_secret(argument) if {
	executions.is_called({"/fd", "/fdfind", "/find", "/locate", "/plocate"})
	regex.match(`(?i)^[*/]*((\*?credentials?\*?|\*?secrets?\*)(\.[a-z*]+)?|[^/ ]*\.(kdbx?|keytab|p12|pfx|ppk|jks|ovpn)|\*\.key)$`, argument)
}

_secret(argument) if regex.match(`(?i)^["']?(password|passwd|api_?key|client_?secret|auth_?token)s?["']?\s*[=:]`, argument)
