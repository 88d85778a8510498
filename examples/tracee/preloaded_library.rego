package tracee.EX_6

import data.tracee.helpers

__rego_metadoc__ := {
	"id": "EX-6",
	"version": "0.1.0",
	"name": "Library preloaded by the environment",
	"eventName": "preloaded_library",
	"properties": {
		"Severity": 2,
		"MITRE ATT&CK": "Persistence: Hijack Execution Flow: Dynamic Linker Hijacking",
	},
}

tracee_selected_events[{"source": "tracee", "name": "sched_process_exec", "origin": "*"}]

tracee_match = {"variable": variable} {
	input.eventName == "sched_process_exec"
	variable := helpers.get_tracee_argument("env")[_]
	startswith(variable, "LD_PRELOAD=/")
}
