package tracee.EX_4

mounted := {
	"eventName": "security_sb_mount", "processName": "setup", "threadId": 1,
	"args": [{"name": "dev_name", "type": "const char*", "value": "/dev/sda1"}],
}

test_disk_matches {
	tracee_match == {"mounted device": "/dev/sda1"} with input as mounted
}

test_runtime_itself_does_not {
	not tracee_match with input as object.union(mounted, {"processName": "runc:[2:INIT]"})
}
