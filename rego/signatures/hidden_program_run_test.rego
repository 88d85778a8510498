package signatures.hidden_program_run_test

import rego.v2

import data.signatures.hidden_program_run as signature

_run(path) := {
	"event": "sched_process_exec",
	"args": {"pathname": path, "cmdpath": path},
	"process": {"exe": path},
}

_script(path) := {
	"event": "sched_process_exec",
	"args": {"pathname": "/usr/bin/dash", "cmdpath": path},
	"process": {"exe": "/usr/bin/dash"},
}

test_hidden_program_is_reported if {
	every path in ["/home/u/.x", "/tmp/.x/y", "/var/tmp/.../y", "/usr/lib/.cache/z", "/opt/.sshd"] {
		signature.finding == {{"pathname": path, "cmdpath": path}} with input as _run(path)
	}
}

test_hidden_script_is_reported if {
	found := {{"pathname": "/usr/bin/dash", "cmdpath": "/tmp/.x/run.sh"}}
	signature.finding == found with input as _script("/tmp/.x/run.sh")
}

test_ordinary_program_is_silent if {
	every path in [
		"/usr/bin/id",
		"/home/u/.cargo/bin/rustc",
		"/root/.local/bin/uv",
		"/home/u/project/./configure",
		"/nix/store/abc/bin/.python-wrapped",
		"/tmp/.mount_abc/AppRun",
	] {
		signature.finding == set() with input as _run(path)
	}
}

test_virtual_environment_is_silent if {
	run := {
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/python3.11", "cmdpath": "/tmp/build/.venv/bin/python"},
		"process": {"exe": "/usr/bin/python3.11"},
	}
	signature.finding == set() with input as run
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_run("/tmp/.x"), ["args"])
}

_agent := object.union(_run("/tmp/.x"), {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0169": [{"exe": "/opt/ours/agent"}]}
}
