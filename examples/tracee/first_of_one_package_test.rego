package main

test_module_matches {
	tracee_match with input as {"eventName": "init_module", "args": []}
}
