package signatures.hard_link_to_password_file_test

import rego.v2

import data.signatures.hard_link_to_password_file as signature

_linked(event, path) := {
	"event": event,
	"args": {"oldpath": path, "newpath": "/tmp/x"},
	"process": {"exe": "/usr/bin/ln", "cwd": "/etc", "ancestors": []},
	"return_value": -1,
}

_made := {
	"event": "security_inode_link",
	"args": {"old_path": "/etc/shadow", "new_path": "/tmp/x"},
	"process": {"exe": "/usr/bin/ln", "ancestors": []},
}

_said(path) := {"oldpath": path, "newpath": "/tmp/x"}

_link_to_shadow := _linked("link", "/etc/shadow")

test_link_is_reported if {
	every path in ["/etc/shadow", "/etc/sudoers", "/root/.ssh/id_rsa", "shadow", "./shadow"] {
		every event in ["link", "linkat"] {
			signature.finding == {_said(path)} with input as _linked(event, path)
		}
	}
}

test_link_that_was_made_is_reported_once if {
	signature.finding == {_said("/etc/shadow")} with input as _made
	signature.finding == set() with input as object.union(_link_to_shadow, {"return_value": 0})
}

test_other_file_is_silent if {
	signature.finding == set() with input as object.union(_made, {"args": {"old_path": "/etc/hostname"}})
	every path in ["/etc/hostname", "/srv/etc/shadow", "hostname"] {
		signature.finding == set() with input as _linked("linkat", path)
	}
}

test_relative_path_elsewhere_is_silent if {
	signature.finding == set() with input as object.union(_linked("linkat", "shadow"), {"process": {"cwd": "/srv"}})
}

test_account_programs_and_package_managers_are_silent if {
	every process in [{"exe": "/usr/sbin/vipw"}, {"ancestors": [{"exe": "/usr/bin/dpkg"}]}] {
		signature.finding == set() with input as object.union(_link_to_shadow, {"process": process})
	}
}

test_missing_field_is_silent if {
	every event in ["link", "linkat"] {
		signature.finding == set() with input as object.remove(_linked(event, "/etc/shadow"), ["args"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _linked("linkat", "/etc/shadow")
		with data.exceptions as {"TW-0163": [{"exe": "/usr/bin/ln"}]}
}
