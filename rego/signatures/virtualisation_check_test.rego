package signatures.virtualisation_check_test

import rego.v2

import data.signatures.virtualisation_check as signature

_said(event) := object.filter(event.args, {"pathname", "argv"})

_reading := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/sys/devices/virtual/dmi/id/product_name", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/cat"},
	},
	{
		"event": "security_file_open",
		"args": {"pathname": "/sys/hypervisor/type", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/cat"},
	},
]

test_reading_is_reported if {
	every event in _reading {
		signature.finding == {_said(event)} with input as event
	}
}

_detector := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/systemd-detect-virt", "argv": ["systemd-detect-virt"]},
		"process": {"exe": "/usr/bin/systemd-detect-virt"},
	},
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/dash", "argv": ["/bin/sh", "/usr/sbin/virt-what"], "cmdpath": "/usr/sbin/virt-what"},
		"process": {"exe": "/usr/bin/dash"},
	},
]

test_detector_is_reported if {
	every event in _detector {
		signature.finding == {_said(event)} with input as event
	}
}

_other_file := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/sys/class/net/lo/mtu", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/bin/cat"},
	},
]

test_other_file_is_silent if {
	every event in _other_file {
		signature.finding == set() with input as event
	}
}

_system := [
	{
		"event": "security_file_open",
		"args": {"pathname": "/sys/devices/virtual/dmi/id/product_name", "flags": ["O_RDONLY", "O_CLOEXEC"]},
		"process": {"exe": "/usr/lib/systemd/systemd-udevd"},
	},
]

test_system_is_silent if {
	every event in _system {
		signature.finding == set() with input as event
	}
}

_package_manager := [
	{
		"event": "sched_process_exec",
		"args": {"pathname": "/usr/bin/systemd-detect-virt", "argv": ["systemd-detect-virt"]},
		"process": {"exe": "/usr/bin/systemd-detect-virt", "ancestors": [{"exe": "/usr/bin/dpkg"}]},
	},
]

test_package_manager_is_silent if {
	every event in _package_manager {
		signature.finding == set() with input as event
	}
}

test_missing_field_is_silent if {
	every event in _reading {
		signature.finding == set() with input as object.remove(event, ["args"])
		signature.finding == set() with input as object.remove(event, ["event"])
	}
}

test_exception_is_silent if {
	signature.finding == set() with input as _reading[0]
		with data.exceptions as {"TW-0144": [{"exe": _reading[0].process.exe}]}
}

_runs(argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv},
	"process": {"exe": concat("", ["/usr/bin/", argv[0]]), "ancestors": []},
}

_said(argv) := {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv}

test_argument_that_names_it_is_reported if {
	every argv in [
		["cat", "/sys/class/dmi/id/sys_vendor"],
		["ls", "/sys/hypervisor"],
		["grep", "-q", "^flags.* hypervisor", "/proc/cpuinfo"],
		["grep", "-i", "vmware", "x"],
	] {
		signature.finding == {_said(argv)} with input as _runs(argv)
	}
}

test_other_argument_is_silent if {
	every argv in [
		["cat", "/sys/class/net/lo/mtu"],
		["grep", "flags", "/proc/cpuinfo"],
		["cat", "hypervisor"],
	] {
		signature.finding == set() with input as _runs(argv)
	}
}
