package signatures.host_disk_in_container_test

import rego.v2

import data.signatures.host_disk_in_container as signature

_opened := {
	"event": "security_file_open",
	"args": {"pathname": "/dev/sda1", "flags": ["O_RDONLY"]},
	"process": {"exe": "/usr/sbin/debugfs"},
	"container": {"id": "ab"},
}

test_disk_in_a_container_is_reported if {
	every path in ["/dev/sda1", "/dev/nvme0n1", "/dev/vda", "/dev/dm-0"] {
		found := {{"pathname": path, "flags": ["O_RDONLY"]}}
		signature.finding == found with input as object.union(_opened, {"args": {"pathname": path}})
	}
}

test_other_devices_are_silent if {
	every path in ["/dev/null", "/dev/shm/x", "/dev/pts/0", "/dev/stdin"] {
		signature.finding == set() with input as object.union(_opened, {"args": {"pathname": path}})
	}
}

test_the_host_is_silent if {
	signature.finding == set() with input as object.union(_opened, {"container": null})
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_opened, ["args"])
}

_agent := object.union(_opened, {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0185": [{"exe": "/opt/ours/agent"}]}
}
