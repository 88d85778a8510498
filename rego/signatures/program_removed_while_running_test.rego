package signatures.program_removed_while_running_test

import rego.v2

import data.signatures.program_removed_while_running as signature

_process := {"exe": "/tmp/x", "key": "p"}

_began := {"event": "sched_process_exec", "args": {"pathname": "/tmp/x"}, "process": _process}

_removed := {
	"event": "security_inode_unlink",
	"args": {"pathname": "/tmp/x"},
	"process": {"exe": "/usr/bin/rm", "key": "q"},
}

_ended := {
	"event": "sched_process_exit",
	"args": {"exit_code": 0, "process_group_exit": true},
	"process": _process,
}

_connected := {"event": "security_socket_connect", "args": {}, "process": _process}

_fact(item) := {"key": "/tmp/x", "item": item, "seconds": 300, "at_least": 3}

_state(began, removed, lived) := {"/tmp/x": {
	"began p": {"at": began},
	"removed": {"at": removed},
	"lived p": {"at": lived},
}}

test_what_happens_is_remembered if {
	signature.remember == {_fact("began p")} with input as _began
	signature.remember == {_fact("removed")} with input as _removed
	every event in [_ended, _connected] {
		signature.remember == {_fact("lived p")} with input as event
	}
}

test_removed_between_is_reported if {
	every event in [_removed, _ended, _connected] {
		signature.finding == {{"pathname": "/tmp/x"}} with input as event with data.state as _state(1, 2, 3)
	}
}

test_removed_after_its_end_is_silent if {
	every event in [_removed, _ended] {
		signature.finding == set() with input as event with data.state as _state(1, 3, 2)
	}
}

test_removed_before_its_start_is_silent if {
	signature.finding == set() with input as _ended with data.state as _state(2, 1, 3)
}

test_another_process_is_silent if {
	signature.finding == set() with input as _ended
		with data.state as {"/tmp/x": {"began o": {"at": 1}, "removed": {"at": 2}, "lived p": {"at": 3}}}
}

test_temporary_files_of_compilers_are_not_remembered if {
	every path in ["/tmp/ccXvF3aL.s", "/tmp/ccXvF3aL.o", "/tmp/a.tmp.txt", "/home/u/x"] {
		signature.remember == set() with input as object.union(_removed, {"args": {"pathname": path}})
	}
}

test_end_of_a_thread_is_not_remembered if {
	signature.remember == set() with input as object.union(_ended, {"args": {"process_group_exit": false}})
}

test_missing_field_is_silent if {
	every event in [_began, _removed, _ended] {
		signature.remember == set() with input as object.remove(event, ["args"])
	}
	signature.finding == set() with input as object.remove(_ended, ["process"]) with data.state as _state(1, 2, 3)
}

test_exception_is_silent if {
	every event in [_removed, _ended] {
		signature.finding == set() with input as event
			with data.state as _state(1, 2, 3)
			with data.exceptions as {"TW-0199": [{"exe": event.process.exe}]}
	}
}

_moved(old_path, new_path) := {
	"event": "security_inode_rename",
	"args": {"old_path": old_path, "new_path": new_path},
	"process": {"exe": "/usr/bin/mv", "key": "q"},
}

test_moving_away_and_replacing_count_as_removing if {
	every event in [_moved("/tmp/x", "/srv/y"), _moved("/srv/y", "/tmp/x")] {
		signature.remember == {_fact("removed")} with input as event
		signature.finding == {{"pathname": "/tmp/x"}} with input as event with data.state as _state(1, 2, 3)
		signature.finding == set() with input as event with data.state as _state(2, 1, 3)
	}
}
