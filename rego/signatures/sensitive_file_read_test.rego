package signatures.sensitive_file_read_test

import rego.v2

import data.signatures.sensitive_file_read as signature

_read(path, exe) := {
	"event": "security_file_open",
	"args": {"pathname": path, "flags": ["O_RDONLY", "O_CLOEXEC"]},
	"process": {"exe": exe},
}

_renamed := {
	"event": "security_inode_rename",
	"args": {"old_path": "/etc/shadow", "new_path": "/tmp/x"},
	"process": {"exe": "/usr/bin/mv"},
}

_mounted := {
	"event": "security_sb_mount",
	"args": {"dev_name": "/etc/shadow", "path": "/tmp/x", "type": null, "flags": ["MS_BIND"]},
	"process": {"exe": "/usr/bin/mount"},
}

test_untrusted_program_is_reported if {
	every exe in ["/usr/bin/cat", "/usr/bin/bash", "/tmp/passwd", "/usr/bin/python3.11"] {
		signature.finding == {{"pathname": "/etc/shadow"}} with input as _read("/etc/shadow", exe)
	}
}

test_each_file_is_reported if {
	every path in ["/etc/gshadow", "/etc/shadow-", "/etc/sudoers", "/etc/sudoers.d/zz", "/h/etc/shadow"] {
		signature.finding == {{"pathname": path}} with input as _read(path, "/usr/bin/cat")
	}
}

test_reading_and_writing_is_reported if {
	signature.finding == {{"pathname": "/etc/shadow"}} with input as object.union(
		_read("/etc/shadow", "/usr/bin/vi"),
		{"args": {"flags": ["O_RDWR"]}},
	)
}

test_moving_away_is_reported if {
	signature.finding == {{"old_path": "/etc/shadow", "new_path": "/tmp/x"}} with input as _renamed
}

test_mounting_elsewhere_is_reported if {
	signature.finding == {{"dev_name": "/etc/shadow", "path": "/tmp/x"}} with input as _mounted
}

test_account_programs_are_silent if {
	every exe in ["/usr/bin/passwd", "/usr/bin/su", "/usr/bin/sudo", "/usr/sbin/sshd", "/usr/sbin/useradd", "/usr/bin/dpkg"] {
		signature.finding == set() with input as _read("/etc/shadow", exe)
	}
}

_by_perl(name) := object.union(_read("/etc/shadow", "/usr/bin/perl"), {"process": {"comm": name}})

test_tools_in_perl_are_silent if {
	every name in ["adduser", "dpkg-preconfigu", "frontend"] {
		signature.finding == set() with input as _by_perl(name)
	}
}

test_other_perl_is_reported if {
	signature.finding == {{"pathname": "/etc/shadow"}} with input as _by_perl("perl")
	signature.finding == {{"pathname": "/etc/shadow"}} with input as object.union(
		_by_perl("adduser"),
		{"process": {"exe": "/tmp/perl"}},
	)
}

test_useradd_replacing_the_file_is_silent if {
	signature.finding == set() with input as {
		"event": "security_inode_rename",
		"args": {"old_path": "/etc/shadow+", "new_path": "/etc/shadow"},
		"process": {"exe": "/usr/sbin/useradd"},
	}
}

test_public_file_is_silent if {
	signature.finding == set() with input as _read("/etc/passwd", "/usr/bin/bash")
}

test_open_that_cannot_read_is_silent if {
	every flags in [["O_WRONLY"], ["O_RDONLY", "O_PATH"]] {
		event := object.union(_read("/etc/shadow", "/usr/bin/cat"), {"args": {"flags": flags}})
		signature.finding == set() with input as event
	}
}

test_unknown_executable_is_reported if {
	signature.finding == {{"pathname": "/etc/shadow"}} with input as _read("/etc/shadow", null)
}

test_missing_executable_is_reported if {
	signature.finding == {{"pathname": "/etc/shadow"}} with input as object.remove(
		_read("/etc/shadow", null),
		["process"],
	)
}

test_missing_field_is_silent if {
	every event in [_read("/etc/shadow", "/usr/bin/cat"), _renamed, _mounted] {
		signature.finding == set() with input as object.remove(event, ["args"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _read("/etc/shadow", "/opt/backup")
		with data.exceptions as {"TW-0111": [{"exe": "/opt/backup"}]}
}
