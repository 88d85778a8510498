# METADATA
# title: Files with credentials of several kinds read one after the other
# description: |
#   A key here and a token there are read by the programs they are for. Four of them within a
#   minute, by one process or by programs that print or copy files and were started by one process, are a
#   search for what can be stolen. Backups do the same and need an exception.
#
#   Misses: slower searches, files in unusual places, and what is read through a copy.
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0198
#   severity: medium
#   attack: [T1552.001, T1552.004, T1119, T1005, T1555.003]
#   events: [security_file_open]
package signatures.credentials_gathered

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

_most := 4

# Ends of paths.
_files := {
	"/.Xauthority",
	"/.aws/credentials",
	"/.azure/accessTokens.json",
	"/.azure/msal_token_cache.json",
	"/.bash_history",
	"/.boto",
	"/.config/gcloud/access_tokens.db",
	"/.config/gcloud/credentials.db",
	"/.config/gh/hosts.yml",
	"/.docker/config.json",
	"/.git-credentials",
	"/.htpasswd",
	"/.kube/config",
	"/.my.cnf",
	"/.mysql_history",
	"/.netrc",
	"/.npmrc",
	"/.pgpass",
	"/.psql_history",
	"/.pypirc",
	"/.s3cfg",
	"/.ssh/id_dsa",
	"/.ssh/id_ecdsa",
	"/.ssh/id_ed25519",
	"/.ssh/id_rsa",
	"/.terraform.d/credentials.tfrc.json",
	"/.vault-token",
	"/.zsh_history",
	"/etc/shadow",
	"/etc/gshadow",
	"/key4.db",
	"/logins.json",
	"/wp-config.php",
}

# Under the process, and under what has started it: a script starts a program for each file.
remember contains {"key": key, "item": _kind, "seconds": 60, "at_least": _most} if {
	_reads
	some key in _keys
}

finding contains {"files": [kind | some kind, _ in kinds]} if {
	_reads
	some key in _keys
	kinds := data.state[key]
	count(kinds) >= _most
	not exceptions.apply("TW-0198")
}

_reads if {
	input.event == "security_file_open"
	strings.any_suffix_match(input.args.pathname, _files)
	files.for_reading(input.args.flags)
	not input.process.exe in programs.account_programs
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
}

# The last two names of the path: which key of whom.
_kind := concat("/", array.slice(_names, count(_names) - 2, count(_names)))

_names := split(input.args.pathname, "/")

_keys contains input.process.key

# The programs that files are for are started one after the other, too.
_keys contains concat(" ", ["started by", input.process.ancestors[0].key]) if {
	strings.any_suffix_match(input.process.exe, programs.printers)
}
