# METADATA
# title: Token of a Kubernetes service account read by a program that prints or copies files
# description: |
#   With the token that each pod has, one speaks to the API of the cluster in its name. The client
#   libraries read it; cat, curl and a shell read it because somebody looks around.
#
#   Misses: programs that are not in the list, such as Python, which clients are written in.
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0154
#   severity: medium
#   attack: [T1528, T1552.007]
#   events: [security_file_open]
package signatures.service_account_token_read

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	endswith(input.args.pathname, "/token")
	contains(input.args.pathname, "/secrets/kubernetes.io/serviceaccount/")
	files.for_reading(input.args.flags)
	strings.any_suffix_match(input.process.exe, programs.printers)
	not exceptions.apply("TW-0154")
}
