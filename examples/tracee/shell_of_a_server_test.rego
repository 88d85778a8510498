package tracee.EX_7

executed(before, pathname) = {
	"eventName": "sched_process_exec",
	"args": [
		{"name": "pathname", "type": "const char*", "value": pathname},
		{"name": "prev_comm", "type": "const char*", "value": before},
	],
}

test_shell_matches {
	tracee_match with input as executed("nginx", "/usr/bin/dash")
}

test_other_program_does_not {
	not tracee_match with input as executed("nginx", "/usr/sbin/nginx")
}

test_shell_of_another_does_not {
	not tracee_match with input as executed("sshd", "/usr/bin/dash")
}
