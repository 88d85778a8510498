package tracee.EX_11

import data.tracee.helpers

__rego_metadoc__ := {
	"id": "EX-11",
	"version": "0.1.0",
	"name": "Program made to be anonymous",
	"properties": {"Severity": "low"},
}

tracee_selected_events contains {"source": "tracee", "name": "memfd_create", "origin": "*"}

tracee_match := {"name": name} if {
	input.eventName == "memfd_create"
	name := helpers.get_tracee_argument("uname")
	name in {"", "x", "memfd"}
}
