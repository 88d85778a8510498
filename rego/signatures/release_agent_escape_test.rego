package signatures.release_agent_escape_test

import rego.v2

import data.signatures.release_agent_escape as signature

_write := {
	"event": "security_file_open",
	"args": {"pathname": "/tmp/cgrp/release_agent", "flags": ["O_WRONLY", "O_TRUNC"]},
	"process": {"exe": "/usr/bin/dash"},
	"container": null,
}

test_write_is_reported if {
	signature.finding == {{"pathname": "/tmp/cgrp/release_agent"}} with input as _write
}

test_reading_is_silent if {
	signature.finding == set() with input as object.union(_write, {"args": {"flags": ["O_RDONLY"]}})
}

test_other_file_of_the_cgroup_is_silent if {
	every path in ["/tmp/cgrp/x/notify_on_release", "/tmp/cgrp/x/cgroup.procs", "/home/u/my_release_agent"] {
		signature.finding == set() with input as object.union(_write, {"args": {"pathname": path}})
	}
}

test_systemd_is_silent if {
	signature.finding == set() with input as object.union(_write, {"process": {"exe": "/usr/lib/systemd/systemd"}})
}

test_missing_executable_is_reported if {
	signature.finding == {{"pathname": "/tmp/cgrp/release_agent"}} with input as object.remove(_write, ["process"])
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_write, ["args"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _write with data.exceptions as {"TW-0114": [{"exe": "/usr/bin/dash"}]}
}
