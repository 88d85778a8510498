package signatures.sudoers_write_test

import rego.v2

import data.signatures.sudoers_write as signature

_opened(path, flags) := {
	"event": "security_file_open",
	"args": {"pathname": path, "flags": flags},
	"process": {"exe": "/usr/bin/dash"},
}

_renamed(old, new) := {
	"event": "security_inode_rename",
	"args": {"old_path": old, "new_path": new},
	"process": {"exe": "/usr/bin/mv"},
}

_linked(path) := {
	"event": "security_inode_symlink",
	"args": {"linkpath": path, "target": "/tmp/x"},
	"process": {"exe": "/usr/bin/ln"},
}

_mounted(path) := {
	"event": "security_sb_mount",
	"args": {"path": path, "dev_name": "/tmp/x", "type": null, "flags": ["MS_BIND"]},
	"process": {"exe": "/usr/bin/mount"},
}

_guarded := [
	"/etc/sudoers",
	"/etc/sudoers.d",
	"/etc/sudoers.d/zz",
]

_elsewhere := [
	"/etc/sudo.conf",
	"/etc/sudoers.tmp",
	"/tmp/etc/sudoers",
]

test_write_is_reported if {
	every path in _guarded {
		signature.finding == {{"pathname": path}} with input as _opened(path, ["O_WRONLY", "O_APPEND"])
	}
}

test_rename_into_place_is_reported if {
	every path in _guarded {
		signature.finding == {{"old_path": "/tmp/x", "new_path": path}} with input as _renamed("/tmp/x", path)
	}
}

# RENAME_EXCHANGE looks like this.
test_rename_out_of_place_is_reported if {
	every path in _guarded {
		signature.finding == {{"old_path": path, "new_path": "/tmp/x"}} with input as _renamed(path, "/tmp/x")
	}
}

test_rename_inside_is_one_finding if {
	some path in _guarded
	signature.finding == {{"old_path": path, "new_path": path}} with input as _renamed(path, path)
}

test_link_in_place_is_reported if {
	every path in _guarded {
		signature.finding == {{"linkpath": path, "target": "/tmp/x"}} with input as _linked(path)
	}
}

test_mount_on_top_is_reported if {
	every path in _guarded {
		signature.finding == {{"path": path, "dev_name": "/tmp/x"}} with input as _mounted(path)
	}
}

test_reading_is_silent if {
	every path in _guarded {
		signature.finding == set() with input as _opened(path, ["O_RDONLY", "O_CLOEXEC"])
	}
}

test_other_path_is_silent if {
	every path in _elsewhere {
		signature.finding == set() with input as _opened(path, ["O_RDWR", "O_CREAT"])
		signature.finding == set() with input as _renamed("/tmp/x", path)
	}
}

test_missing_field_is_silent if {
	every event in [_opened("/x", []), _renamed("/x", "/y"), _linked("/x"), _mounted("/x")] {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_unknown_path_is_silent if {
	signature.finding == set() with input as _opened(null, ["O_WRONLY"])
}

test_exception_is_silent if {
	some path in _guarded
	signature.finding == set() with input as _opened(path, ["O_WRONLY"])
		with data.exceptions as {"TW-0107": [{"exe": "/usr/bin/dash", "pathname": path}]}
}

test_package_manager_is_silent if {
	some path in _guarded
	signature.finding == set() with input as object.union(
		_renamed("/tmp/x", path),
		{"process": {"exe": "/usr/bin/dpkg"}},
	)
}

test_missing_executable_is_reported if {
	some path in _guarded
	signature.finding == {{"pathname": path}} with input as object.remove(_opened(path, ["O_WRONLY"]), ["process"])
}
