package signatures.link_to_sensitive_place_test

import rego.v2

import data.signatures.link_to_sensitive_place as signature

_said(event) := object.filter(event.args, {"linkpath", "target"})

_link := [
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/tmp/e", "target": "/etc"},
		"process": {"exe": "/usr/bin/ln"},
	},
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/tmp/e", "target": "/"},
		"process": {"exe": "/usr/bin/ln"},
	},
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/tmp/e", "target": "/etc/shadow"},
		"process": {"exe": "/usr/bin/ln"},
	},
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/tmp/e", "target": "/root/.ssh/id_ed25519"},
		"process": {"exe": "/usr/bin/ln"},
	},
]

test_link_is_reported if {
	every event in _link {
		signature.finding == {_said(event)} with input as event
	}
}

_other_target := [
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/tmp/d", "target": "/usr/share/doc"},
		"process": {"exe": "/usr/bin/ln"},
	},
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/tmp/d", "target": "/etc/hostname"},
		"process": {"exe": "/usr/bin/ln"},
	},
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/tmp/d", "target": "etc"},
		"process": {"exe": "/usr/bin/ln"},
	},
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/srv/app/d", "target": "../etc"},
		"process": {"exe": "/usr/bin/ln"},
	},
]

test_other_target_is_silent if {
	every event in _other_target {
		signature.finding == set() with input as event
	}
}

_link_of_the_system := [
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/etc/x", "target": "/etc"},
		"process": {"exe": "/usr/bin/ln"},
	},
	{
		"event": "security_inode_symlink",
		"args": {"linkpath": "/tmp/e", "target": "/etc"},
		"process": {"exe": "/usr/bin/dpkg"},
	},
]

test_link_of_the_system_is_silent if {
	every event in _link_of_the_system {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _link {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _link[0]
		with data.exceptions as {"TW-0140": [{"exe": _link[0].process.exe}]}
}

_leads(linkpath, target) := {
	"event": "security_inode_symlink",
	"args": {"linkpath": linkpath, "target": target},
	"process": {"exe": "/usr/bin/ln"},
}

test_roundabout_target_is_reported if {
	every target in ["../etc", "../../etc/", "//etc", "/etc/.", "/proc/self/root/etc", "../../../../etc/shadow", "/var/../etc/shadow", "/etc/pam.conf"] {
		signature.finding == {{"linkpath": "/tmp/e", "target": target}} with input as _leads("/tmp/e", target)
	}
}

test_directory_of_the_same_name_is_silent if {
	every target in ["/srv/etc", "../etc", "../../etc", "./root", "etc/"] {
		signature.finding == set() with input as _leads("/srv/app/conf/e", target)
	}
}
