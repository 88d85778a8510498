package signatures.fileless_execution_test

import rego.v2

import data.signatures.fileless_execution as signature

_exec := {
	"event": "sched_process_exec",
	"args": {
		"cmdpath": "/proc/self/fd/3",
		"interp": "/proc/self/fd/3",
		"pathname": "memfd:x",
		"interpreter_pathname": "",
		"memfd": true,
	},
	"process": {
		"exe": "memfd:x",
		"ancestors": [{"pid": 2, "comm": "python3", "exe": "/usr/bin/python3.11"}],
	},
}

_found := {{"cmdpath": "/proc/self/fd/3", "pathname": "memfd:x"}}

_with_args(args) := object.union(_exec, {"args": args, "process": {"exe": "/usr/bin/true"}})

_from_disk := {"memfd": false, "pathname": "/usr/bin/true"}

test_memfd_is_reported if {
	signature.finding == _found with input as _exec
}

test_memfd_by_flag_alone_is_reported if {
	signature.finding == {{"cmdpath": "/dev/fd/3", "pathname": "/proc/self/fd/3"}} with input as _with_args({
		"memfd": true,
		"cmdpath": "/dev/fd/3",
		"pathname": "/proc/self/fd/3",
	})
}

test_memfd_by_path_alone_is_reported if {
	signature.finding == {{"cmdpath": "/proc/self/fd/3", "pathname": "/memfd:x (deleted)"}} with input as _with_args({
		"memfd": null,
		"pathname": "/memfd:x (deleted)",
	})
}

test_elf_interpreter_in_memory_is_reported if {
	signature.finding == {{"cmdpath": "/tmp/a", "pathname": "/tmp/a"}} with input as _with_args({
		"memfd": false,
		"cmdpath": "/tmp/a",
		"pathname": "/tmp/a",
		"interpreter_pathname": "memfd:ld",
	})
}

test_executable_in_memory_is_reported if {
	signature.finding == {{"cmdpath": "/tmp/a.sh", "pathname": "/tmp/x"}} with input as object.union(
		_exec,
		{"args": {"memfd": false, "cmdpath": "/tmp/a.sh", "pathname": "/tmp/x"}},
	)
}

test_script_by_descriptor_is_reported if {
	signature.finding == {{"cmdpath": "/dev/fd/3", "pathname": "/usr/bin/dash"}} with input as _with_args({
		"memfd": false,
		"cmdpath": "/dev/fd/3",
		"interp": "/bin/sh",
		"pathname": "/usr/bin/dash",
	})
}

test_descriptor_of_a_file_on_disk_is_silent if {
	signature.finding == set() with input as _with_args(_from_disk)
}

_runc_path := "memfd:runc_cloned:/proc/self/exe"

_runc := object.union(_exec, {
	"args": {"pathname": _runc_path},
	"process": {
		"exe": _runc_path,
		"ancestors": [{"pid": 3, "comm": "containerd-shim", "exe": "/usr/bin/containerd-shim-runc-v2"}],
	},
})

test_runc_is_silent if {
	signature.finding == set() with input as _runc
}

test_name_of_runc_does_not_help if {
	signature.finding == {{"cmdpath": "/proc/self/fd/3", "pathname": _runc_path}} with input as object.union(
		_exec,
		{"args": {"pathname": _runc_path}},
	)
}

test_child_of_a_runtime_in_a_container_is_reported if {
	signature.finding == {{"cmdpath": "/proc/self/fd/3", "pathname": _runc_path}} with input as object.union(
		_runc,
		{"container": {"id": "9f0c"}},
	)
}

test_missing_ancestors_are_reported if {
	signature.finding == _found with input as object.union(
		object.remove(_exec, ["process"]),
		{"process": {"exe": "memfd:x"}},
	)
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_exec, ["args"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _exec
		with data.exceptions as {"TW-0101": [{"pathname": "memfd:x"}]}
}
