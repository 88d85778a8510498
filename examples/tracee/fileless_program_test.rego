package tracee.EX_5

executed(pathname, container) = {
	"eventName": "sched_process_exec",
	"containerId": container,
	"args": [{"name": "pathname", "type": "const char*", "value": pathname}],
}

test_memory_matches {
	tracee_match == {"path": "memfd:x"} with input as executed("memfd:x", "")
}

test_runtime_on_the_host_does_not {
	not tracee_match with input as executed("memfd:runc_cloned", "")
}

test_the_same_in_a_container_matches {
	tracee_match with input as executed("memfd:runc_cloned", "ab12")
}
