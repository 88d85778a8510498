package tracee.EX_3

written := {
	"eventName": "security_file_open",
	"args": [
		{"name": "pathname", "type": "const char*", "value": "/sys/fs/cgroup/rdma/release_agent"},
		{"name": "flags", "type": "string", "value": "O_WRONLY|O_TRUNC"},
	],
}

test_writing_matches {
	tracee_match == {"file path": "/sys/fs/cgroup/rdma/release_agent"} with input as written
}

test_other_event_is_false {
	tracee_match == false with input as object.union(written, {"eventName": "security_inode_unlink"})
}
