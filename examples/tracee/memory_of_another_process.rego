package tracee.EX_2

import data.tracee.helpers

__rego_metadoc__ := {
	"id": "EX-2",
	"version": "0.2.0",
	"name": "Memory of another process written",
	"eventName": "memory_of_another_process",
	"description": "Code can be put into a process by ptrace, by its memory file, or by process_vm_writev.",
	"tags": ["linux", "container"],
	"properties": {
		"Severity": 3,
		"MITRE ATT&CK": "Defense Evasion: Process Injection",
	},
}

tracee_selected_events[selector] {
	name := ["ptrace", "security_file_open", "process_vm_writev"][_]
	selector := {"source": "tracee", "name": name}
}

tracee_match {
	input.eventName == "ptrace"
	helpers.get_tracee_argument("request") == "PTRACE_POKETEXT"
}

tracee_match = found {
	input.eventName = "security_file_open"
	flags := helpers.get_tracee_argument("flags")
	helpers.is_file_write(flags)
	pathname := helpers.get_tracee_argument("pathname")
	regex.match(`^/proc/(?:\d+|self)/mem$`, pathname)
	not own_memory(pathname)
	found := {"file flags": flags, "file path": pathname}
}

tracee_match = {"written": written} {
	input.eventName == "process_vm_writev"
	written := helpers.get_tracee_argument("pid")
	written != input.processId
}

own_memory(pathname) {
	pathname == sprintf("/proc/%d/mem", [input.hostProcessId])
}
