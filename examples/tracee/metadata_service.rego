package tracee.EX_8

import data.tracee.helpers

__rego_metadoc__ := {
	"id": "EX-8",
	"version": "0.1.0",
	"name": "Connection to a cloud's metadata service",
	"eventName": "metadata_service",
	"tags": ["network"],
	"properties": {
		"Severity": 0,
		"MITRE ATT&CK": "Credential Access: Unsecured Credentials: Cloud Instance Metadata API",
		"external_id": "T1552.005",
	},
}

tracee_selected_events[{"source": "tracee", "name": "security_socket_connect", "origin": "*"}]

tracee_match = found {
	input.eventName == "security_socket_connect"
	address := helpers.get_tracee_argument("remote_addr")
	address.sa_family == "AF_INET"
	address.sin_addr == "169.254.169.254"
	port := to_number(address.sin_port)
	found := {"port": port, "host": input.hostName, "process": input.processName}
}
