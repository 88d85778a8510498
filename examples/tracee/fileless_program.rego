package tracee.EX_5

import data.tracee.helpers

__rego_metadoc__ := {
	"id": "EX-5",
	"version": "0.1.0",
	"name": "Program without a file",
	"eventName": "fileless_program",
	"tags": ["linux", "container"],
	"properties": {
		"Severity": 3,
		"MITRE ATT&CK": "Defense Evasion: Reflective Code Loading",
	},
}

tracee_selected_events[{"source": "tracee", "name": "sched_process_exec", "origin": "*"}]

tracee_match = {"path": pathname} {
	input.eventName == "sched_process_exec"
	pathname := helpers.get_tracee_argument("pathname")
	in_memory(pathname)
}

in_memory(pathname) {
	startswith(pathname, "/dev/shm/")
}

in_memory(pathname) {
	startswith(pathname, "memfd:")
	input.containerId != ""
}

# A container runtime starts from a copy of itself in memory.
in_memory(pathname) {
	startswith(pathname, "memfd:")
	input.containerId == ""
	not startswith(pathname, "memfd:runc")
}
