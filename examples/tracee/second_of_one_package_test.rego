package main

test_becoming_root_matches {
	tracee_match == {"before": 1000} with input as {
		"eventName": "setuid", "userId": 1000, "returnValue": 0,
		"args": [{"name": "uid", "type": "uid_t", "value": 0}],
	}
}
