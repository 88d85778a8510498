package tracee.EX_4

import data.tracee.helpers

__rego_metadoc__ := {
	"ID": "EX-4",
	"Version": "0.1.0",
	"Name": "Device mounted while a container is set up",
	"Properties": {"Severity": 1},
}

# Any event: the rules say which one.
tracee_selected_events[selector] {
	selector := {"source": "tracee", "name": "*", "origin": "container-init"}
}

tracee_match = {"mounted device": device} {
	input.eventName == "security_sb_mount"
	device := helpers.get_tracee_argument("dev_name")
	startswith(device, "/dev/")
	not by_runtime
}

by_runtime {
	startswith(input.processName, "runc:")
	input.threadId == 1
}
