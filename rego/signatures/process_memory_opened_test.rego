package signatures.process_memory_opened_test

import rego.v2

import data.signatures.process_memory_opened as signature

_opened(path, flags) := {
	"event": "security_file_open",
	"args": {"pathname": path, "flags": flags},
	"process": {"exe": "/usr/bin/python3.11", "pid": 4711, "tid": 4712, "ns_pid": 12},
}

test_memory_of_another_is_reported if {
	every path in ["/proc/1/mem", "/proc/47/task/48/mem"] {
		every flags in [["O_RDONLY"], ["O_WRONLY"], ["O_RDWR"]] {
			signature.finding == {{"pathname": path, "flags": flags}} with input as _opened(path, flags)
		}
	}
}

test_own_memory_is_silent if {
	every path in ["/proc/4711/mem", "/proc/12/mem", "/proc/4711/task/4712/mem"] {
		signature.finding == set() with input as _opened(path, ["O_RDWR"])
	}
}

test_other_files_are_silent if {
	every path in ["/proc/1/maps", "/proc/meminfo", "/proc/pressure/memory"] {
		signature.finding == set() with input as _opened(path, ["O_RDONLY"])
	}
}

test_debugger_is_silent if {
	event := object.union(_opened("/proc/1/mem", ["O_RDWR"]), {"process": {"exe": "/usr/bin/gdb"}})
	signature.finding == set() with input as event
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_opened("/proc/1/mem", ["O_RDWR"]), ["args"])
}

_agent := object.union(_opened("/proc/1/mem", ["O_RDWR"]), {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0171": [{"exe": "/opt/ours/agent"}]}
}
