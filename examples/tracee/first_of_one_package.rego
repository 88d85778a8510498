package main

__rego_metadoc__ := {
	"id": "EX-9",
	"version": "0.1.0",
	"name": "Kernel module loaded from memory",
	"properties": {"Severity": 3, "MITRE ATT&CK": "Persistence: Kernel Modules and Extensions"},
}

tracee_selected_events[{"source": "tracee", "name": "init_module"}]

wanted = "init_module"

tracee_match {
	input.eventName == wanted
}
