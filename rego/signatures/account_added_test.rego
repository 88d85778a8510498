package signatures.account_added_test

import rego.v2

import data.signatures.account_added as signature

_runs(argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv},
	"process": {"exe": concat("", ["/usr/bin/", argv[0]]), "ancestors": []},
}

_said(argv) := {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv}

test_adding_is_reported if {
	every argv in [
		["useradd", "-M", "x"],
		["newusers", "f"],
		["usermod", "-aG", "sudo", "x"],
		["usermod", "-u", "0", "x"],
		["gpasswd", "-a", "x", "sudo"],
	] {
		signature.finding == {_said(argv)} with input as _runs(argv)
	}
}

test_asking_and_ordinary_change_is_silent if {
	every argv in [
		["useradd", "-D"],
		["usermod", "-s", "/bin/sh", "x"],
		["gpasswd", "-d", "x", "sudo"],
		["id", "x"],
	] {
		signature.finding == set() with input as _runs(argv)
	}
}

_one := {"event": "sched_process_exec", "args": {"pathname": "/usr/bin/useradd", "argv": ["useradd", "-M", "x"]}, "process": {"exe": "/usr/bin/useradd", "ancestors": []}}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_one, ["args"])
	signature.finding == set() with input as object.remove(_one, ["event"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _one
		with data.exceptions as {"TW-0202": [{"exe": "/usr/bin/useradd"}]}
}

test_script_is_reported_and_a_package_s_is_not if {
	event := {
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/perl", "cmdpath": "/usr/sbin/adduser", "argv": ["/usr/bin/perl", "/usr/sbin/adduser", "x"]},
		"process": {"exe": "/usr/bin/perl", "ancestors": []},
	}
	signature.finding == {{"pathname": "/usr/bin/perl", "argv": event.args.argv}} with input as event
	signature.finding == set() with input as object.union(event, {"process": {"ancestors": [{"exe": "/usr/bin/dpkg"}]}})
}
