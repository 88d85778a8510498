package tracee.EX_6

test_preload_matches {
	tracee_match == {"variable": "LD_PRELOAD=/tmp/x.so"} with input as {
		"eventName": "sched_process_exec",
		"args": [{"name": "env", "type": "const char*const*", "value": ["A=b", "LD_PRELOAD=/tmp/x.so"]}],
	}
}

test_environment_that_was_not_collected_does_not {
	not tracee_match with input as {"eventName": "sched_process_exec", "args": []}
}
