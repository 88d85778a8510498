package lib.executions_test

import rego.v2

import data.lib.executions

_places := ["/dev/shm/", "/tmp/"]

_program(path) := {"args": {"pathname": path, "cmdpath": "./x", "interp": "./x", "pwd": "/"}}

_script(path, cwd) := {"args": {
	"pathname": "/usr/bin/dash",
	"cmdpath": path,
	"interp": "/bin/sh",
	"pwd": cwd,
}}

test_program_by_the_file_that_was_loaded if {
	executions.started_from(_places) with input as _program("/dev/shm/x")
	not executions.started_from(_places) with input as _program("/usr/bin/x")
}

test_script_by_its_absolute_path if {
	executions.started_from(_places) with input as _script("/tmp/a.sh", "/root")
	not executions.started_from(_places) with input as _script("/root/a.sh", "/tmp")
}

test_script_by_its_relative_path if {
	every path in ["a.sh", "./a.sh", "b/a.sh"] {
		executions.started_from(_places) with input as _script(path, "/tmp")
	}
	not executions.started_from(_places) with input as _script("./a.sh", "/root")
}

# Its interpreter lies elsewhere, and the program is not what was given.
test_program_by_relative_path_elsewhere if {
	not executions.started_from(_places) with input as {"args": {
		"pathname": "/usr/bin/true",
		"cmdpath": "../usr/bin/true",
		"interp": "../usr/bin/true",
		"pwd": "/tmp",
	}}
}

test_script_by_descriptor if {
	every path in ["/dev/fd/3", "/proc/self/fd/3", "/proc/4711/fd/3"] {
		executions.script_by_descriptor with input as _script(path, "/")
	}
}

test_script_not_by_descriptor if {
	every path in ["/dev/fd/3/a.sh", "/proc/self/cwd/a.sh", "/proc/self/fd/3/a.sh", "/tmp/fd/3"] {
		not executions.script_by_descriptor with input as _script(path, "/")
	}
}

test_program_by_descriptor_is_no_script if {
	not executions.script_by_descriptor with input as {"args": {"cmdpath": "/dev/fd/3", "interp": "/dev/fd/3"}}
}

test_missing_field if {
	not executions.started_from(_places) with input as {}
	not executions.script_by_descriptor with input as {"args": {}}
}

_called(pathname, argv) := {"args": {"pathname": pathname, "argv": argv}}

test_name_of_the_file_counts if {
	executions.is_called({"/sh"}) with input as _called("/bin/sh", ["x"])
	not executions.is_called({"/sh"}) with input as _called("/bin/bash", ["sh"])
	not executions.is_called({"/sh"}) with input as _called("/bin/fish", ["sh"])
}

test_program_in_busybox_counts if {
	executions.is_called({"/sh"}) with input as _called("/bin/busybox", ["sh", "-c", "true"])
	executions.is_called({"/sh"}) with input as _called("/bin/busybox", ["/bin/sh"])
	executions.is_called({"/sh"}) with input as _called("/bin/busybox", ["busybox", "sh"])
	not executions.is_called({"/sh"}) with input as _called("/bin/busybox", ["ls", "-l", "sh"])
	not executions.is_called({"/sh"}) with input as _called("/bin/busybox", [])
}

# Interpreter, its arguments, and the script.
_given := [
	["/usr/bin/bash", ["-e", "/tmp/x"], "/tmp/x"],
	["/usr/bin/bash", ["-o", "pipefail", "/tmp/x"], "/tmp/x"],
	["/usr/bin/bash", ["--rcfile", "/dev/null", "./x"], "/srv/x"],
	["/usr/bin/bash", ["+o", "history", "x", "/etc/passwd"], "/srv/x"],
	["/usr/bin/python3.11", ["-W", "ignore", "/tmp/x"], "/tmp/x"],
	["/usr/bin/python3.11", ["-I", "/tmp/x"], "/tmp/x"],
	["/usr/bin/perl", ["-I", "/opt/lib", "/tmp/x"], "/tmp/x"],
	["/usr/bin/perl", ["-W", "/tmp/x"], "/tmp/x"],
]

test_given_script_is_the_first_argument_that_is_no_option if {
	every given in _given {
		executions.given_script == given[2] with input as {"args": {
			"pathname": given[0],
			"argv": array.concat(["x"], given[1]),
			"pwd": "/srv",
		}}
	}
}
