package signatures.loader_tunables_test

import rego.v2

import data.signatures.loader_tunables as signature

_started := {
	"event": "sched_process_exec",
	"args": {
		"pathname": "/usr/bin/su",
		"env": ["PATH=/usr/bin", "GLIBC_TUNABLES=glibc.malloc.mxfast=1"],
		"inode_mode": ["S_IFREG", "S_ISUID", "S_IXUSR"],
	},
	"process": {"exe": "/usr/bin/su"},
}

test_setuid_program_is_reported if {
	found := {{"pathname": "/usr/bin/su", "variables": ["GLIBC_TUNABLES=glibc.malloc.mxfast=1"]}}
	signature.finding == found with input as _started
}

test_ordinary_program_is_silent if {
	event := object.union(_started, {"args": {"inode_mode": ["S_IFREG", "S_IXUSR"]}})
	signature.finding == set() with input as event
}

test_other_variables_are_silent if {
	signature.finding == set() with input as object.union(_started, {"args": {"env": ["PATH=/usr/bin"]}})
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_started, ["args"])
}

_agent := object.union(_started, {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0181": [{"exe": "/opt/ours/agent"}]}
}
