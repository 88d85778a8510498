package signatures.startup_script_write_test

import rego.v2

import data.signatures.startup_script_write as signature

_opened(path, flags) := {
	"event": "security_file_open",
	"args": {"pathname": path, "flags": flags},
	"process": {"exe": "/usr/bin/tee", "comm": "tee"},
}

_guarded := [
	"/etc/rc.local",
	"/etc/init.d/zz",
	"/etc/rcS.d/S01zz",
	"/etc/udev/rules.d/99-zz.rules",
	"/etc/update-motd.d/99-zz",
	"/etc/apt/apt.conf.d/99zz",
	"/home/u/.config/autostart/zz.desktop",
]

test_write_is_reported if {
	every path in _guarded {
		signature.finding == {{"pathname": path}} with input as _opened(path, ["O_WRONLY", "O_CREAT"])
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

test_link_is_reported if {
	every path in _guarded {
		signature.finding == {{"linkpath": path, "target": "/tmp/x"}} with input as {
			"event": "security_inode_symlink",
			"args": {"linkpath": path, "target": "/tmp/x"},
			"process": {"exe": "/usr/bin/ln", "comm": "ln"},
		}
	}
}

test_reading_is_silent if {
	every path in _guarded {
		signature.finding == set() with input as _opened(path, ["O_RDONLY"])
	}
}

test_other_places_are_silent if {
	every path in ["/etc/hosts", "/home/u/init.d/zz", "/home/u/.config/autostart/readme"] {
		signature.finding == set() with input as _opened(path, ["O_WRONLY"])
	}
}

test_package_manager_is_silent if {
	event := object.union(_opened("/etc/init.d/zz", ["O_WRONLY"]), {"process": {"exe": "/usr/bin/dpkg"}})
	signature.finding == set() with input as event
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_opened("/etc/rc.local", ["O_WRONLY"]), ["args"])
}

_agent := object.union(_opened("/etc/rc.local", ["O_WRONLY"]), {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0172": [{"exe": "/opt/ours/agent"}]}
}

test_modules_to_load_are_reported if {
	every path in ["/etc/modules", "/etc/modules-load.d/x.conf", "/etc/modprobe.d/x.conf"] {
		signature.finding == {{"pathname": path}} with input as {
			"event": "security_file_open",
			"args": {"pathname": path, "flags": ["O_WRONLY", "O_CREAT"]},
			"process": {"exe": "/usr/bin/tee"},
		}
	}
}
