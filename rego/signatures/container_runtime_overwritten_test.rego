package signatures.container_runtime_overwritten_test

import rego.v2

import data.signatures.container_runtime_overwritten as signature

_said(event) := object.filter(event.args, {"pathname", "old_path", "new_path", "linkpath", "target", "path", "dev_name", "argv"})

_write := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/usr/bin/runc", "flags": ["O_WRONLY"]},
		"process": {"exe": "/usr/bin/dash"},
	},
	{
		"event": "security_inode_rename",
		"args": {"old_path": "/tmp/x", "new_path": "/usr/bin/containerd"},
		"process": {"exe": "/usr/bin/mv"},
	},
]

test_write_is_reported if {
	every event in _write {
		signature.finding == {_said(event)} with input as event
	}
}

_script := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/runc", "argv": ["/proc/self/exe", "/x"], "interp": "/proc/self/exe", "cmdpath": "/x"},
		"process": {"exe": "/usr/bin/runc"},
	},
]

test_script_is_reported if {
	every event in _script {
		signature.finding == {_said(event)} with input as event
	}
}

_attempt := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/busybox", "argv": ["sh", "-c", ": >> /proc/self/exe"]},
		"process": {"exe": "/bin/busybox"},
		"container": {"id": "ab"},
	},
]

test_attempt_is_reported if {
	every event in _attempt {
		signature.finding == {_said(event)} with input as event
	}
}

_reading := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/usr/bin/runc", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_reading_is_silent if {
	every event in _reading {
		signature.finding == set() with input as event
	}
}

_package_manager := [
	{
		"event": "security_inode_rename",
		"args": {"old_path": "/x", "new_path": "/usr/bin/runc"},
		"process": {"exe": "/usr/bin/dpkg"},
	},
]

test_package_manager_is_silent if {
	every event in _package_manager {
		signature.finding == set() with input as event
	}
}

_runtime_itself := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dockerd", "argv": ["docker-init"], "interp": "/proc/self/exe", "cmdpath": "/proc/self/exe"},
		"process": {"exe": "/usr/bin/dockerd"},
	},
]

test_runtime_itself_is_silent if {
	every event in _runtime_itself {
		signature.finding == set() with input as event
	}
}

_host := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["sh", "-c", ": >> /proc/self/exe"]},
		"process": {"exe": "/usr/bin/dash"},
		"container": null,
	},
]

test_host_is_silent if {
	every event in _host {
		signature.finding == set() with input as event
	}
}

_log_of_a_container := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/sh", "argv": ["sh", "-c", "echo x > /proc/1/fd/1"]},
		"process": {"exe": "/bin/sh"},
		"container": {"id": "ab"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/bin/ls", "argv": ["ls", "-l", "/proc/self/exe"]},
		"process": {"exe": "/bin/ls"},
		"container": {"id": "ab"},
	},
]

test_log_of_a_container_is_silent if {
	every event in _log_of_a_container {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _write {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _write[0]
		with data.exceptions as {"TW-0152": [{"exe": _write[0].process.exe}]}
}
