package signatures.shell_startup_write_test

import rego.v2

import data.signatures.shell_startup_write as signature

_opened(path, flags) := {
	"event": "security_file_open",
	"args": {"pathname": path, "flags": flags},
	"process": {"exe": "/usr/bin/dash", "comm": "sh"},
}

_guarded := ["/etc/profile", "/etc/profile.d/zz.sh", "/etc/bash.bashrc", "/root/.bashrc", "/home/u/.zshrc", "/home/u/.profile"]

test_write_is_reported if {
	every path in _guarded {
		signature.finding == {{"pathname": path}} with input as _opened(path, ["O_WRONLY", "O_APPEND"])
	}
}

test_rename_into_place_is_reported if {
	every path in _guarded {
		signature.finding == {{"old_path": "/tmp/x", "new_path": path}} with input as {
			"event": "security_inode_rename",
			"args": {"old_path": "/tmp/x", "new_path": path},
			"process": {"exe": "/usr/bin/mv", "comm": "mv"},
		}
	}
}

test_reading_is_silent if {
	every path in _guarded {
		signature.finding == set() with input as _opened(path, ["O_RDONLY"])
	}
}

test_other_places_are_silent if {
	every path in ["/etc/hosts", "/etc/skel/.bashrc", "/srv/build/.profile", "/root/.bashrc.swp"] {
		signature.finding == set() with input as _opened(path, ["O_WRONLY"])
	}
}

test_new_account_is_silent if {
	event := object.union(_opened("/home/u/.bashrc", ["O_WRONLY"]), {"process": {"exe": "/usr/sbin/useradd"}})
	signature.finding == set() with input as event
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_opened("/root/.bashrc", ["O_WRONLY"]), ["args"])
}

_agent := object.union(_opened("/root/.bashrc", ["O_WRONLY"]), {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0178": [{"exe": "/opt/ours/agent"}]}
}
