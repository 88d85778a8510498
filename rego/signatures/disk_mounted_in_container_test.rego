package signatures.disk_mounted_in_container_test

import rego.v2

import data.signatures.disk_mounted_in_container as signature

_mounted := {
	"event": "security_sb_mount",
	"args": {"dev_name": "/dev/sda1", "path": "/mnt", "type": "ext4", "flags": []},
	"process": {"exe": "/usr/bin/mount"},
	"container": {"id": "ab"},
}

test_disk_in_a_container_is_reported if {
	signature.finding == {{"dev_name": "/dev/sda1", "path": "/mnt", "type": "ext4"}} with input as _mounted
}

test_bind_mount_is_silent if {
	event := object.union(_mounted, {"args": {"dev_name": "/dev/pts/0", "flags": ["MS_BIND"]}})
	signature.finding == set() with input as event
}

test_other_file_system_is_silent if {
	event := object.union(_mounted, {"args": {"dev_name": "tmpfs", "type": "tmpfs"}})
	signature.finding == set() with input as event
}

test_the_host_is_silent if {
	signature.finding == set() with input as object.union(_mounted, {"container": null})
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_mounted, ["args"])
}

_agent := object.union(_mounted, {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0168": [{"exe": "/opt/ours/agent"}]}
}
