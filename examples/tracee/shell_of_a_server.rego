package tracee.EX_7

import data.tracee.helpers
import data.tracee.server_helpers as server

__rego_metadoc__ := {
	"id": "EX-7",
	"version": "0.1.0",
	"name": "Shell started by a web server",
	"eventName": "shell_of_a_server",
	"properties": {
		"Severity": 2,
		"MITRE ATT&CK": "Initial Access: Exploit Public-Facing Application",
	},
}

tracee_selected_events[selector] {
	selector := {
		"source": "tracee",
		"name": ["security_bprm_check", "sched_process_exec"][_],
		"origin": "*",
	}
}

tracee_match {
	input.eventName == "security_bprm_check"
	server.servers[input.processName]
	server.is_shell(helpers.get_tracee_argument("pathname"))
}

tracee_match {
	input.eventName == "sched_process_exec"
	server.servers[helpers.get_tracee_argument("prev_comm")]
	server.is_shell(helpers.get_tracee_argument("pathname"))
}
