package signatures.runtime_socket_in_container_test

import rego.v2

import data.signatures.runtime_socket_in_container as signature

_said(event) := {"peer": event.args.remote_addr}

_connection := [
	{
		"event": "security_socket_connect",
		"args": {"remote_addr": {"sa_family": "AF_UNIX", "sun_path": "/var/run/docker.sock"}},
		"process": {"exe": "/usr/bin/curl"},
		"container": {"id": "ab"},
	},
	{
		"event": "security_socket_connect",
		"args": {"remote_addr": {"sa_family": "AF_UNIX", "sun_path": "/run/containerd/containerd.sock"}},
		"process": {"exe": "/usr/bin/curl"},
		"container": {"id": "ab"},
	},
]

test_connection_is_reported if {
	every event in _connection {
		signature.finding == {_said(event)} with input as event
	}
}

_host := [
	{
		"event": "security_socket_connect",
		"args": {"remote_addr": {"sa_family": "AF_UNIX", "sun_path": "/var/run/docker.sock"}},
		"process": {"exe": "/usr/bin/docker"},
		"container": null,
	},
]

test_host_is_silent if {
	every event in _host {
		signature.finding == set() with input as event
	}
}

_own_inventory := [
	{
		"event": "security_socket_connect",
		"args": {"remote_addr": {"sa_family": "AF_UNIX", "sun_path": "/run/podman/podman.sock"}},
		"process": {"exe": "/usr/bin/python3.11", "argv": ["python", "-m", "collector", "inventory"]},
		"container": {"id": "ab"},
	},
]

test_own_inventory_is_silent if {
	every event in _own_inventory {
		signature.finding == set() with input as event
	}
}

_other_socket := [
	{
		"event": "security_socket_connect",
		"args": {"remote_addr": {"sa_family": "AF_UNIX", "sun_path": "/run/app.sock"}},
		"process": {"exe": "/x"},
		"container": {"id": "ab"},
	},
	{
		"event": "security_socket_connect",
		"args": {"remote_addr": null},
		"process": {"exe": "/x"},
		"container": {"id": "ab"},
	},
]

test_other_socket_is_silent if {
	every event in _other_socket {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _connection {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _connection[0]
		with data.exceptions as {"TW-0148": [{"exe": _connection[0].process.exe}]}
}
