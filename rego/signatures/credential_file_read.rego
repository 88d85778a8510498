# METADATA
# title: File with credentials read by a program that prints or copies files
# description: |
#   The keys to a cloud, a cluster, a registry or a database lie in well-known files. The tools
#   they belong to read them; cat, grep, tar and the like have no business there.
#
#   An interpreter that was given its program as an argument has none either.
#
#   Misses: programs that are not in the list, scripts in Python, which the tools themselves are
#   written in, and files that were moved or linked elsewhere first.
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0141
#   severity: medium
#   attack: [T1552.001, T1552.007]
#   events: [security_file_open]
package signatures.credential_file_read

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

_credentials := {
	"/.aws/credentials",
	"/.azure/accessTokens.json",
	"/.azure/msal_token_cache.json",
	"/.config/gcloud/access_tokens.db",
	"/.config/gcloud/application_default_credentials.json",
	"/.config/gcloud/credentials.db",
	"/.config/gh/hosts.yml",
	"/.config/rclone/rclone.conf",
	"/.docker/config.json",
	"/.git-credentials",
	"/.kube/config",
	"/.my.cnf",
	"/.netrc",
	"/.npmrc",
	"/.pgpass",
	"/.pypirc",
	"/.s3cfg",
	"/.terraform.d/credentials.tfrc.json",
	"/.vault-token",
	"/etc/rancher/k3s/k3s.yaml",
}

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	strings.any_suffix_match(input.args.pathname, _credentials)
	files.for_reading(input.args.flags)
	_by_hand
	not exceptions.apply("TW-0141")
}

_by_hand if strings.any_suffix_match(input.process.exe, programs.printers)

_by_hand if {
	strings.any_suffix_match(input.process.exe, programs.script_interpreters)
	some argument in array.slice(input.process.argv, 1, 4)
	regex.match(`^-[a-zA-Z]*[cenr]$`, argument)
}
