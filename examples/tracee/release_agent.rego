package tracee.EX_3

import data.tracee.helpers

__rego_metadoc__ := {
	"id": "EX-3",
	"version": "0.1.0",
	"name": "Release agent written in a container",
	"eventName": "release_agent",
	"description": "What a cgroup's release_agent names is run by the host.",
	"tags": ["container"],
	"properties": {
		"Severity": 4,
		"MITRE ATT&CK": "Privilege Escalation: Escape to Host",
	},
}

tracee_selected_events[{"source": "tracee", "name": "security_file_open", "origin": "container"}]

default tracee_match = false

tracee_match = {"file path": pathname} {
	input.eventName == "security_file_open"
	helpers.is_file_write(helpers.get_tracee_argument("flags"))
	pathname := helpers.get_tracee_argument("pathname")
	endswith(pathname, "/release_agent")
}
