package signatures.dropped_program_in_container_test

import rego.v2

import data.signatures.dropped_program_in_container as signature

_run := {
	"event": "sched_process_exec",
	"args": {"pathname": "/usr/bin/dropped", "argv": ["dropped"], "upper_layer": true},
	"process": {"exe": "/usr/bin/dropped", "ancestors": [{"exe": "/usr/bin/dash"}]},
	"container": {"id": "ab"},
}

test_new_program_is_reported if {
	signature.finding == {{"pathname": "/usr/bin/dropped", "argv": ["dropped"]}} with input as _run
}

test_program_of_the_image_is_silent if {
	signature.finding == set() with input as object.union(_run, {"args": {"upper_layer": false}})
}

test_the_host_is_silent if {
	signature.finding == set() with input as object.union(_run, {"container": null})
}

test_package_installation_is_silent if {
	event := object.union(_run, {"process": {"ancestors": [{"exe": "/usr/bin/dash"}, {"exe": "/usr/bin/dpkg"}]}})
	signature.finding == set() with input as event
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_run, ["args"])
}

_agent := object.union(_run, {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0173": [{"exe": "/opt/ours/agent"}]}
}
