package signatures.system_program_write_test

import rego.v2

import data.signatures.system_program_write as signature

_opened(path, flags) := {
	"event": "security_file_open",
	"args": {"pathname": path, "flags": flags},
	"process": {"exe": "/usr/bin/cp", "ancestors": [{"exe": "/usr/bin/dash"}]},
}

test_write_is_reported if {
	every path in ["/usr/bin/ls", "/usr/sbin/sshd", "/bin/login"] {
		signature.finding == {{"pathname": path}} with input as _opened(path, ["O_WRONLY", "O_TRUNC"])
	}
}

test_rename_into_place_is_reported if {
	signature.finding == {{"old_path": "/tmp/x", "new_path": "/usr/bin/ls"}} with input as {
		"event": "security_inode_rename",
		"args": {"old_path": "/tmp/x", "new_path": "/usr/bin/ls"},
		"process": {"exe": "/usr/bin/mv", "ancestors": []},
	}
}

test_reading_is_silent if {
	signature.finding == set() with input as _opened("/usr/bin/ls", ["O_RDONLY"])
}

test_other_places_are_silent if {
	every path in ["/usr/local/bin/tool", "/opt/bin/tool", "/home/u/bin/ls"] {
		signature.finding == set() with input as _opened(path, ["O_WRONLY"])
	}
}

test_package_installation_is_silent if {
	event := _opened("/usr/bin/ls", ["O_WRONLY"])
	signature.finding == set() with input as object.union(event, {"process": {"exe": "/usr/bin/dpkg"}})
	script := {"process": {"ancestors": [{"exe": "/usr/bin/dash"}, {"exe": "/usr/bin/dpkg"}]}}
	signature.finding == set() with input as object.union(event, script)
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_opened("/usr/bin/ls", ["O_WRONLY"]), ["args"])
}

_agent := object.union(_opened("/usr/bin/ls", ["O_WRONLY"]), {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0183": [{"exe": "/opt/ours/agent"}]}
}
