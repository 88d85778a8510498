package signatures.sshd_configuration_write_test

import rego.v2

import data.signatures.sshd_configuration_write as signature

_written(path, exe) := {
	"event": "security_file_open",
	"args": {"pathname": path, "flags": ["O_WRONLY"]},
	"process": {"exe": exe, "ancestors": []},
}

test_change_is_reported if {
	every path in ["/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d/x.conf"] {
		signature.finding == {{"pathname": path}} with input as _written(path, "/usr/bin/tee")
		said := {"old_path": "/srv/x", "new_path": path}
		every event in ["security_inode_rename", "security_inode_link"] {
			signature.finding == {said} with input as object.union(_written(path, "/usr/bin/mv"), {"event": event, "args": said})
		}
	}
}

test_other_file_is_silent if {
	every path in ["/etc/ssh/ssh_config", "/srv/etc/ssh/sshd_config"] {
		signature.finding == set() with input as _written(path, "/usr/bin/tee")
	}
}

test_package_manager_is_silent if {
	event := _written("/etc/ssh/sshd_config", "/usr/bin/dpkg")
	signature.finding == set() with input as event
	signature.finding == set() with input as object.union(
		event,
		{"process": {"exe": "/usr/bin/cp", "ancestors": [{"exe": "/usr/bin/dpkg"}]}},
	)
}

_one := {"event": "security_file_open", "args": {"pathname": "/etc/ssh/sshd_config", "flags": ["O_WRONLY"]}, "process": {"exe": "/usr/bin/tee", "ancestors": []}}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_one, ["args"])
	signature.finding == set() with input as object.remove(_one, ["event"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _one
		with data.exceptions as {"TW-0200": [{"exe": "/usr/bin/tee"}]}
}
