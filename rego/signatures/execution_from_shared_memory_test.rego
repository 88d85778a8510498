package signatures.execution_from_shared_memory_test

import rego.v2

import data.signatures.execution_from_shared_memory as signature

_exec(path, argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": path, "cmdpath": argv[0], "interp": argv[0], "argv": argv, "pwd": "/root"},
	"process": {"exe": path},
}

_script(path, cwd) := {
	"event": "sched_process_exec",
	"args": {
		"pathname": "/usr/bin/dash",
		"cmdpath": path,
		"interp": "/bin/sh",
		"argv": ["/bin/sh", path],
		"pwd": cwd,
	},
	"process": {"exe": "/usr/bin/dash"},
}

test_program_is_reported if {
	every path in ["/dev/shm/x", "/run/shm/x", "/dev/shm/.a/b"] {
		signature.finding == {{"pathname": path, "cmdpath": "./x", "argv": ["./x"]}} with input as _exec(path, ["./x"])
	}
}

test_script_is_reported if {
	signature.finding == {{
		"pathname": "/usr/bin/dash",
		"cmdpath": "/dev/shm/x.sh",
		"argv": ["/bin/sh", "/dev/shm/x.sh"],
	}} with input as _script("/dev/shm/x.sh", "/root")
}

test_script_in_the_working_directory_is_reported if {
	signature.finding == {{
		"pathname": "/usr/bin/dash",
		"cmdpath": "./x.sh",
		"argv": ["/bin/sh", "./x.sh"],
	}} with input as _script("./x.sh", "/dev/shm")
}

test_interpreter_of_a_file_is_reported if {
	every exe in ["/usr/bin/bash", "/usr/bin/python3.11", "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"] {
		argv := ["a", "/dev/shm/x"]
		signature.finding == {{"pathname": exe, "cmdpath": "a", "argv": argv}} with input as _exec(exe, argv)
	}
}

test_reading_a_file_is_silent if {
	signature.finding == set() with input as _exec("/usr/bin/cat", ["cat", "/dev/shm/x"])
}

test_other_place_is_silent if {
	every path in ["/usr/bin/true", "/tmp/x", "/dev/shmx/x", "/home/u/dev/shm/x"] {
		signature.finding == set() with input as _exec(path, [path])
		signature.finding == set() with input as _script(path, "/root")
	}
}

test_program_without_arguments_is_silent if {
	signature.finding == set() with input as _exec("/usr/bin/bash", ["bash"])
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_exec("/dev/shm/x", ["x"]), ["args"])
	signature.finding == set() with input as object.union(_script(null, null), {"args": {"argv": null}})
}

test_exception_is_silent if {
	signature.finding == set() with input as _exec("/dev/shm/x", ["x"])
		with data.exceptions as {"TW-0113": [{"pathname": "/dev/shm/x"}]}
}

test_later_argument_and_input_of_a_shell_are_reported if {
	later := _exec("/usr/bin/python3.11", ["python3", "-B", "/dev/shm/a.py"])
	signature.finding == {{"pathname": "/usr/bin/python3.11", "cmdpath": "python3", "argv": later.args.argv}} with input as later
	fed := object.union(_exec("/usr/bin/dash", ["sh"]), {"args": {"stdin_path": "/dev/shm/a"}})
	signature.finding == {{"pathname": "/usr/bin/dash", "cmdpath": "sh", "argv": ["sh"]}} with input as fed
}

_reads(exe, path) := {
	"event": "security_file_open",
	"args": {"pathname": path, "flags": ["O_RDONLY"]},
	"process": {"exe": exe},
}

test_shell_that_reads_a_script_is_reported if {
	signature.finding == {{"pathname": "/dev/shm/a.sh"}} with input as _reads("/usr/bin/bash", "/dev/shm/a.sh")
	signature.finding == set() with input as _reads("/usr/bin/bash", "/dev/shm/data")
	signature.finding == set() with input as _reads("/usr/bin/cat", "/dev/shm/a.sh")
}
