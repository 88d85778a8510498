package main

__rego_metadoc__ := {
	"id": "EX-10",
	"version": "0.1.0",
	"name": "Process became root on the host",
	"properties": {"Severity": 1, "MITRE ATT&CK": "Privilege Escalation: Abuse Elevation Control Mechanism"},
}

tracee_selected_events[{"source": "tracee", "name": "setuid", "origin": "host"}]

# Another one than that of the file beside it, which has the same package.
wanted = "setuid"

tracee_match = {"before": input.userId} {
	input.eventName == wanted
	argument := input.args[_]
	argument.name == "uid"
	argument.value == 0
	input.userId > 0
	input.returnValue == 0
}
