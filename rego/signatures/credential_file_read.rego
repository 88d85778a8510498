# METADATA
# title: File with credentials read by a program that prints or copies files
# description: |
#   The keys to a cloud, a cluster, a registry or a database lie in well-known files. The tools
#   they belong to read them; cat, grep, tar and the like have no business there.
#
#   Misses: programs that are not in the list, such as Python, which the tools themselves are
#   written in; hard links; files that were moved elsewhere first.
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
	strings.any_suffix_match(input.process.exe, programs.printers)
	not exceptions.apply("TW-0141")
}
