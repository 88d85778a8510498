package signatures.disk_formatted_test

import rego.v2

import data.signatures.disk_formatted as signature

_started(pathname, argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": pathname, "argv": argv},
	"process": {"exe": pathname},
}

test_formatting_is_reported if {
	every pathname in ["/usr/sbin/mke2fs", "/usr/sbin/mkfs.xfs", "/usr/sbin/wipefs", "/usr/sbin/blkdiscard"] {
		argv := ["x", "-f", "/dev/sdb"]
		signature.finding == {{"pathname": pathname, "argv": argv}} with input as _started(pathname, argv)
	}
}

test_image_in_a_file_is_silent if {
	signature.finding == set() with input as _started("/usr/sbin/mke2fs", ["mkfs.ext4", "disk.img"])
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_started("/usr/sbin/mke2fs", ["x", "/dev/sda"]), ["args"])
}

_agent := object.union(_started("/usr/sbin/mke2fs", ["x", "/dev/sda"]), {"process": {"exe": "/opt/ours/agent"}})

test_exception_is_silent if {
	count(signature.finding) == 1 with input as _agent
	signature.finding == set() with input as _agent
		with data.exceptions as {"TW-0187": [{"exe": "/opt/ours/agent"}]}
}

_runs(argv) := {
	"event": "sched_process_exec",
	"args": {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv},
	"process": {"exe": concat("", ["/usr/bin/", argv[0]]), "ancestors": []},
}

_said(argv) := {"pathname": concat("", ["/usr/bin/", argv[0]]), "argv": argv}

test_table_of_partitions_is_reported if {
	every argv in [
		["sfdisk", "--delete", "/dev/sda"],
		["mkswap", "/dev/sda1"],
		["parted", "-s", "/dev/sda", "mklabel", "gpt"],
	] {
		signature.finding == {_said(argv)} with input as _runs(argv)
	}
}

test_looking_at_it_is_silent if {
	every argv in [
		["sfdisk", "-l", "/dev/sda"],
		["sfdisk", "-d", "/dev/sda"],
		["parted", "/dev/sda", "print"],
	] {
		signature.finding == set() with input as _runs(argv)
	}
}
