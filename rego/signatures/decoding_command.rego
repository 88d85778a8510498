# METADATA
# title: Something decoded from text by a command
# description: |
#   What is to pass filters and logs unseen is often carried as Base64 or hexadecimal digits and
#   decoded on the machine. Scripts do it every day with keys and certificates: context for other
#   findings rather than an alarm.
#
#   Misses: interpreters that decode by themselves without saying so in their arguments, and
#   decoders of one's own.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0120
#   severity: low
#   attack: [T1140, T1027]
#   events: [sched_process_exec]
package signatures.decoding_command

import rego.v2

import data.lib.exceptions
import data.lib.executions

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	_decodes
	not exceptions.apply("TW-0120")
}

_decodes if {
	executions.is_called({"/base64", "/base32", "/basenc"})
	some argument in input.args.argv
	regex.match(`^(-[a-zA-Z]*[dD]|--d)`, argument)
}

_decodes if {
	executions.is_called({"/xxd"})
	some argument in input.args.argv
	regex.match(`^-[a-z]*r`, argument)
}

_decodes if {
	endswith(input.args.pathname, "/openssl")
	input.args.argv[1] in {"base64", "enc"}
	some argument in input.args.argv
	argument in {"-d", "-decrypt"}
}

_decodes if {
	executions.is_called({"/uudecode"})
}

# Of interpreters: python -m base64 -d, and one-liners.
_decodes if {
	some argument in array.slice(input.args.argv, 1, 8)
	strings.any_prefix_match(argument, ["-c", "-e", "-r", "-m", "-ne", "import"])
	some code in array.slice(input.args.argv, 1, 8)
	regex.match(`b64decode|b32decode|base64\.decode|decode_base64|base64_decode|fromhex|unhexlify|MIME::Base64`, code)
}
