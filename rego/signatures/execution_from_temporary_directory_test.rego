package signatures.execution_from_temporary_directory_test

import rego.v2

import data.signatures.execution_from_temporary_directory as signature

_exec(path) := {
	"event": "sched_process_exec",
	"args": {"pathname": path, "cmdpath": "./x", "interp": "./x", "pwd": "/root"},
	"process": {"exe": path},
}

test_program_is_reported if {
	every path in ["/tmp/x", "/var/tmp/.a/x"] {
		signature.finding == {{"pathname": path, "cmdpath": "./x"}} with input as _exec(path)
	}
}

test_script_is_reported if {
	signature.finding == {{"pathname": "/usr/bin/dash", "cmdpath": "./a.sh"}} with input as object.union(
		_exec("/usr/bin/dash"),
		{"args": {"cmdpath": "./a.sh", "interp": "/bin/sh", "pwd": "/tmp/build"}},
	)
}

test_other_place_is_silent if {
	every path in ["/usr/bin/true", "/home/u/tmp/x", "/tmpx/x"] {
		signature.finding == set() with input as _exec(path)
	}
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_exec("/tmp/x"), ["args"])
	signature.finding == set() with input as _exec(null)
}

test_exception_is_silent if {
	signature.finding == set() with input as _exec("/tmp/build/x")
		with data.exceptions as {"TW-0115": [{"pathname": "/tmp/build/"}]}
}

_interpreter(pathname, argv, cwd) := {
	"event": "sched_process_exec",
	"args": {"pathname": pathname, "cmdpath": pathname, "interp": pathname, "argv": argv, "pwd": cwd},
	"process": {"exe": pathname},
}

test_script_given_to_an_interpreter_is_reported if {
	every event in [
		_interpreter("/usr/bin/bash", ["bash", "/tmp/a"], "/root"),
		_interpreter("/usr/bin/bash", ["sh", "-e", "./a"], "/tmp"),
		_interpreter("/usr/bin/python3.11", ["python3", "-B", "a"], "/tmp"),
	] {
		signature.finding == {{"pathname": event.args.pathname, "script": "/tmp/a"}} with input as event
	}
}

test_code_and_modules_are_no_script if {
	every argv in [["bash", "-c", "x"], ["bash", "-ec", "x"], ["python3", "-m", "x"], ["perl", "-e", "1"], ["bash"], ["bash", "/root/a"], ["busybox", "nc"]] {
		signature.finding == set() with input as _interpreter(concat("", ["/usr/bin/", argv[0]]), argv, "/tmp")
	}
}

_input(path) := object.union(
	_interpreter("/usr/bin/dash", ["sh"], "/root"),
	{"args": {"stdin_type": "S_IFREG", "stdin_path": path}},
)

test_shell_that_reads_a_script_as_its_input_is_reported if {
	signature.finding == {{"pathname": "/usr/bin/dash", "script": "/tmp/a"}} with input as _input("/tmp/a")
	signature.finding == set() with input as _input("/root/a")
	signature.finding == set() with input as object.union(_input("/tmp/a"), {"args": {"argv": ["sh", "-c", "x"]}})
}

_reads(exe, path, flags) := {
	"event": "security_file_open",
	"args": {"pathname": path, "flags": flags},
	"process": {"exe": exe},
}

test_shell_that_reads_a_script_is_reported if {
	signature.finding == {{"pathname": "/usr/bin/bash", "script": "/tmp/a.sh"}}
		with input as _reads("/usr/bin/bash", "/tmp/a.sh", ["O_RDONLY"])
}

test_other_reading_is_silent if {
	every event in [
		_reads("/usr/bin/cat", "/tmp/a.sh", ["O_RDONLY"]),
		_reads("/usr/bin/bash", "/tmp/a.txt", ["O_RDONLY"]),
		_reads("/usr/bin/bash", "/tmp/a.sh", ["O_WRONLY"]),
		_reads("/usr/bin/bash", "/root/a.sh", ["O_RDONLY"]),
	] {
		signature.finding == set() with input as event
	}
}
