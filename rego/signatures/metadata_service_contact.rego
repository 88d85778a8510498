# METADATA
# title: Metadata service of a cloud contacted
# description: |
#   The address gives whoever asks from the machine, a request forged by a server included, the
#   credentials of the machine's role. Agents of the cloud ask it by design and are not reported; other
#   programs may have reasons too, hence the low severity.
#
#   Misses: a proxy in between, and clouds with another address.
# schemas:
# - input: schema.security_socket_connect
# custom:
#   id: TW-0179
#   severity: low
#   attack: [T1552.005]
#   events: [security_socket_connect]
package signatures.metadata_service_contact

import rego.v2

import data.lib.exceptions

_agents := {
	"/amazon-ssm-agent",
	"/aws-network-policy-agent",
	"/cloud-init",
	"/google_guest_agent",
	"/google_osconfig_agent",
	"/kubelet",
	"/ssm-agent-worker",
	"/waagent",
}

finding contains {"peer": input.args.remote_addr} if {
	input.event == "security_socket_connect"
	_metadata_service
	not strings.any_suffix_match(input.process.exe, _agents)
	not exceptions.apply("TW-0179")
}

_metadata_service if input.args.remote_addr.sin_addr in {"169.254.169.254", "169.254.170.2", "100.100.100.200"}

_metadata_service if input.args.remote_addr.sin6_addr in {"fd00:ec2::254", "fd20:ce::254"}
