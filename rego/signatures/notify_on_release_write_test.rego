package signatures.notify_on_release_write_test

import rego.v2

import data.signatures.notify_on_release_write as signature

_written := {
	"event": "security_file_open",
	"args": {"pathname": "/sys/fs/cgroup/rdma/x/notify_on_release", "flags": ["O_WRONLY"]},
	"process": {"exe": "/usr/bin/dash"},
	"container": {"id": "ab"},
}

test_write_in_a_container_is_reported if {
	signature.finding == {{"pathname": "/sys/fs/cgroup/rdma/x/notify_on_release"}} with input as _written
}

test_reading_is_silent if {
	event := object.union(_written, {"args": {"flags": ["O_RDONLY"]}})
	signature.finding == set() with input as event
}

test_the_host_is_silent if {
	signature.finding == set() with input as object.union(_written, {"container": null})
}

test_runtime_is_silent if {
	signature.finding == set() with input as object.union(_written, {"process": {"exe": "/usr/bin/runc"}})
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_written, ["args"])
}

_agent := object.union(_written, {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0166": [{"exe": "/opt/ours/agent"}]}
}
