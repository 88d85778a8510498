package signatures.improvised_file_server_test

import rego.v2

import data.signatures.improvised_file_server as signature

_said(event) := {"address": event.args.local_addr, "argv": event.process.argv}

_server := [
	{
		"event": "security_socket_listen",
		"args": {"local_addr": {"sa_family": "AF_INET", "sin_addr": "0.0.0.0", "sin_port": 8000}},
		"process": {"exe": "/usr/bin/python3.11", "argv": ["python3", "-m", "http.server"]},
	},
	{
		"event": "security_socket_listen",
		"args": {"local_addr": {"sa_family": "AF_INET", "sin_addr": "0.0.0.0", "sin_port": 8000}},
		"process": {"exe": "/usr/bin/python3.11", "argv": ["python3", "-c", "import http.server as h; h.test()"]},
	},
	{
		"event": "security_socket_listen",
		"args": {"local_addr": {"sa_family": "AF_INET", "sin_addr": "0.0.0.0", "sin_port": 8000}},
		"process": {"exe": "/usr/bin/php", "argv": ["php", "-S", "0.0.0.0:80"]},
	},
	{
		"event": "security_socket_listen",
		"args": {"local_addr": {"sa_family": "AF_INET", "sin_addr": "0.0.0.0", "sin_port": 8000}},
		"process": {"exe": "/bin/busybox", "argv": ["httpd", "-f"]},
	},
]

test_server_is_reported if {
	every event in _server {
		signature.finding == {_said(event)} with input as event
	}
}

_other_server := [
	{
		"event": "security_socket_listen",
		"args": {"local_addr": null},
		"process": {"exe": "/usr/bin/python3.11", "argv": ["python3", "/opt/app/main.py"]},
	},
	{
		"event": "security_socket_listen",
		"args": {"local_addr": null},
		"process": {"exe": "/usr/sbin/nginx", "argv": ["nginx"]},
	},
	{
		"event": "security_socket_listen",
		"args": {"local_addr": null},
		"process": {"exe": "/usr/bin/python3.11", "argv": null},
	},
]

test_other_server_is_silent if {
	every event in _other_server {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _server {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _server[0]
		with data.exceptions as {"TW-0158": [{"exe": _server[0].process.exe}]}
}
