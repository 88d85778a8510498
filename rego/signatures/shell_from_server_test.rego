package signatures.shell_from_server_test

import rego.v2

import data.signatures.shell_from_server as signature

_started(pathname, parent) := {
	"event": "sched_process_exec",
	"args": {"pathname": pathname, "argv": ["x", "-c", "id"]},
	"process": {"exe": pathname, "ancestors": [{"exe": parent, "comm": "x"}]},
}

_found(pathname, server) := {{"pathname": pathname, "argv": ["x", "-c", "id"], "server": server}}

test_tool_of_a_server_is_reported if {
	every pathname in ["/usr/bin/dash", "/usr/bin/curl", "/usr/bin/python3.11", "/usr/bin/id"] {
		every server in ["/usr/sbin/nginx", "/usr/sbin/php-fpm8.2", "/usr/lib/postgresql/15/bin/postgres"] {
			signature.finding == _found(pathname, server) with input as _started(pathname, server)
		}
	}
}

test_grandchild_is_reported if {
	event := object.union(
		_started("/usr/bin/id", "/usr/bin/dash"),
		{"process": {"ancestors": [{"exe": "/usr/bin/dash"}, {"exe": "/usr/sbin/nginx"}]}},
	)
	signature.finding == _found("/usr/bin/id", "/usr/sbin/nginx") with input as event
}

test_other_parents_and_children_are_silent if {
	signature.finding == set() with input as _started("/usr/bin/dash", "/usr/bin/bash")
	signature.finding == set() with input as _started("/usr/sbin/nginx", "/usr/sbin/nginx")
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_started("/bin/sh", "/usr/sbin/nginx"), ["process"])
}

_agent := object.union(_started("/bin/sh", "/usr/sbin/nginx"), {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0170": [{"exe": "/opt/ours/agent"}]}
}
