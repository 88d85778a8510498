# METADATA
# title: Private key read by a program that prints or copies files
# description: |
#   The keys of SSH, of the machine itself, of GnuPG and of servers are read by the programs that they are for. Whoever
#   prints or copies one takes it elsewhere.
#
#   Misses: programs that are not in the list, scripts, and keys in other places or with other names.
# schemas:
# - input: schema.security_file_open
# custom:
#   id: TW-0203
#   severity: medium
#   attack: [T1552.004]
#   events: [security_file_open]
package signatures.private_key_copied

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	_private_key
	files.for_reading(input.args.flags)
	_by_hand
	not programs.for_a_package_manager
	not exceptions.apply("TW-0203")
}

_private_key if {
	strings.any_suffix_match(input.args.pathname, [
		"/.ssh/id_dsa",
		"/.ssh/id_ecdsa",
		"/.ssh/id_ecdsa_sk",
		"/.ssh/id_ed25519",
		"/.ssh/id_ed25519_sk",
		"/.ssh/id_rsa",
		"/.ssh/identity",
	])
}

_private_key if strings.any_prefix_match(input.args.pathname, ["/etc/ssl/private/", "/etc/letsencrypt/archive/", "/etc/pki/tls/private/"])

_private_key if {
	startswith(input.args.pathname, "/etc/ssh/ssh_host_")
	endswith(input.args.pathname, "_key")
}

_private_key if {
	strings.any_prefix_match(input.args.pathname, ["/root/", "/home/"])
	contains(input.args.pathname, "/.gnupg/private-keys-v1.d/")
}

_by_hand if strings.any_suffix_match(input.process.exe, programs.printers)

_by_hand if {
	strings.any_suffix_match(input.process.exe, programs.script_interpreters)
	some argument in array.slice(input.process.argv, 1, 4)
	regex.match(`^-[a-zA-Z]*[cenr]$`, argument)
}
