package tracee.EX_1

test_traceme_matches {
	tracee_match with input as {
		"eventName": "ptrace",
		"argsNum": 1,
		"args": [{"name": "request", "type": "string", "value": "PTRACE_TRACEME"}],
	}
}

test_reading_does_not {
	not tracee_match with input as {
		"eventName": "ptrace",
		"argsNum": 1,
		"args": [{"name": "request", "type": "string", "value": "PTRACE_PEEKDATA"}],
	}
}
