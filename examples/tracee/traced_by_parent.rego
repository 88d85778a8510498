package tracee.EX_1

__rego_metadoc__ := {
	"id": "EX-1",
	"version": "0.1.0",
	"name": "Traced by its own parent",
	"eventName": "traced_by_parent",
	"description": "A process made its parent its tracer, so that no debugger can attach.",
	"tags": ["linux", "container"],
	"properties": {
		"Severity": 3,
		"MITRE ATT&CK": "Defense Evasion: Debugger Evasion",
	},
}

selectors := [{
	"source": "tracee",
	"name": "ptrace",
	"origin": "*",
}]

tracee_selected_events[selector] {
	selector := selectors[_]
}

tracee_match {
	input.eventName == "ptrace"
	argument := input.args[_]
	argument.name == "request"
	argument.value == "PTRACE_TRACEME"
}
