package tracee.EX_11_test

import data.tracee.EX_11

test_name_matches if {
	EX_11.tracee_match == {"name": ""} with input as {
		"eventName": "memfd_create",
		"args": [{"name": "uname", "type": "const char*", "value": ""}],
	}
}
