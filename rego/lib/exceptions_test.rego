package lib.exceptions_test

import rego.v2

import data.lib.exceptions

_event := {
	"args": {"pathname": "/srv/www/index"},
	"process": {"exe": "/opt/agent", "comm": "agent", "uid": 0},
	"container": {"name": "web", "image": "nginx:1.27"},
}

test_each_thing_alone if {
	every exception in [
		{"exe": "/opt/agent"},
		{"comm": "agent"},
		{"uid": 0},
		{"container": "web"},
		{"image": "nginx:1.27"},
		{"pathname": "/srv/www/index"},
		{"pathname": "/srv/"},
	] {
		exceptions.apply("TW-1") with input as _event with data.exceptions as {"TW-1": [exception]}
	}
}

test_one_item_is_enough if {
	exceptions.apply("TW-1") with input as _event
		with data.exceptions as {"TW-1": [{"exe": "/other"}, {"exe": "/opt/agent"}]}
}

test_everything_in_an_item_must_be_so if {
	exceptions.apply("TW-1") with input as _event with data.exceptions as {"TW-1": [{"exe": "/opt/agent", "uid": 0}]}
	not exceptions.apply("TW-1") with input as _event
		with data.exceptions as {"TW-1": [{"exe": "/opt/agent", "uid": 1}]}
}

test_what_does_not_apply if {
	every exception in [
		{},
		{"program": "/opt/agent"},
		{"exe": "/opt/agent", "program": "/opt/agent"},
		{"pathname": "/srv"},
		{"image": "nginx"},
		{"exe": "/opt/"},
	] {
		not exceptions.apply("TW-1") with input as _event with data.exceptions as {"TW-1": [exception]}
	}
}

test_exception_of_another_signature if {
	not exceptions.apply("TW-2") with input as _event with data.exceptions as {"TW-1": [{"exe": "/opt/agent"}]}
}

test_no_exceptions_at_all if {
	not exceptions.apply("TW-1") with input as _event
}

test_missing_field if {
	not exceptions.apply("TW-1") with input as {} with data.exceptions as {"TW-1": [{"exe": "/opt/agent"}]}
}
