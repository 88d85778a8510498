package tracee.EX_2

opened(pathname, flags) = {
	"eventName": "security_file_open",
	"args": [
		{"name": "pathname", "type": "const char*", "value": pathname},
		{"name": "flags", "type": "string", "value": flags},
	],
}

test_poketext_matches {
	tracee_match == true with input as {
		"eventName": "ptrace",
		"args": [{"name": "request", "type": "string", "value": "PTRACE_POKETEXT"}],
	}
}

test_writing_to_memory_file_matches {
	tracee_match == {"file flags": "O_RDWR|O_LARGEFILE", "file path": "/proc/7/mem"} with input as opened("/proc/7/mem", "O_RDWR|O_LARGEFILE")
}

test_reading_it_does_not {
	not tracee_match with input as opened("/proc/7/mem", "O_RDONLY")
}

test_file_of_another_name_does_not {
	not tracee_match with input as opened("/proc/7/mem/x", "O_WRONLY")
}

test_writing_to_itself_does_not {
	not tracee_match with input as {
		"eventName": "process_vm_writev", "processId": 7,
		"args": [{"name": "pid", "type": "pid_t", "value": 7}],
	}
}

test_writing_to_another_matches {
	tracee_match == {"written": 8} with input as {
		"eventName": "process_vm_writev", "processId": 7,
		"args": [{"name": "pid", "type": "pid_t", "value": 8}],
	}
}

test_own_memory_file_does_not {
	not tracee_match with input as object.union(opened("/proc/7/mem", "O_RDWR"), {"hostProcessId": 7})
}
