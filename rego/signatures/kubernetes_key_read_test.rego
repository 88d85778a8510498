package signatures.kubernetes_key_read_test

import rego.v2

import data.signatures.kubernetes_key_read as signature

_said(event) := object.filter(event.args, {"pathname", "old_path", "new_path", "linkpath", "target", "path", "dev_name"})

_reading := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/kubernetes/pki/ca.key", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/cat"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/kubernetes/pki/etcd/server.key", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/cat"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/kubernetes/admin.conf", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/cat"},
	},
]

test_reading_is_reported if {
	every event in _reading {
		signature.finding == {_said(event)} with input as event
	}
}

_moving := [
	{
		"event": "security_inode_rename",
		"args": {"old_path": "/etc/kubernetes/pki/ca.key", "new_path": "/tmp/x"},
		"process": {"exe": "/usr/bin/mv"},
	},
	{
		"event": "security_sb_mount",
		"args": {"path": "/tmp/x", "dev_name": "/etc/kubernetes/pki/ca.key", "type": null, "flags": ["MS_BIND"]},
		"process": {"exe": "/usr/bin/mount"},
	},
]

test_moving_is_reported if {
	every event in _moving {
		signature.finding == {_said(event)} with input as event
	}
}

_control_plane := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/kubernetes/pki/ca.key", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/local/bin/kube-apiserver"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/kubernetes/pki/ca.key", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/kubeadm"},
	},
]

test_control_plane_is_silent if {
	every event in _control_plane {
		signature.finding == set() with input as event
	}
}

_certificate := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/kubernetes/pki/ca.crt", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/cat"},
	},
]

test_certificate_is_silent if {
	every event in _certificate {
		signature.finding == set() with input as event
	}
}

_writing := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/kubernetes/pki/ca.key", "flags": ["O_WRONLY", "O_CREAT", "O_TRUNC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_writing_is_silent if {
	every event in _writing {
		signature.finding == set() with input as event
	}
}

_other_file := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/etc/ssl/x.key", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/cat"},
	},
]

test_other_file_is_silent if {
	every event in _other_file {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _reading {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _reading[0]
		with data.exceptions as {"TW-0143": [{"exe": _reading[0].process.exe}]}
}

test_hard_link_and_mounted_directory_are_reported if {
	said := {"old_path": "/etc/kubernetes/pki/ca.key", "new_path": "/tmp/k"}
	signature.finding == {said} with input as {"event": "security_inode_link", "args": said, "process": {"exe": "/usr/bin/ln"}}
	mounted := {"dev_name": "/etc/kubernetes/pki/", "path": "/tmp/b"}
	signature.finding == {mounted} with input as {"event": "security_sb_mount", "args": mounted, "process": {"exe": "/usr/bin/mount"}}
}
