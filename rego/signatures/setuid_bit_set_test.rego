package signatures.setuid_bit_set_test

import rego.v2

import data.signatures.setuid_bit_set as signature

_chmod(mode) := _chmod_of("S_IFREG", mode)

_chmod_of(type, mode) := {
	"event": "chmod_common",
	"args": {"pathname": "/tmp/zzs", "mode": mode, "type": type},
	"process": {"exe": "/usr/bin/chmod"},
}

test_setuid_is_reported if {
	every mode in [["S_ISUID"], ["S_IXUSR", "S_ISUID"]] {
		signature.finding == {{"pathname": "/tmp/zzs", "mode": mode}} with input as _chmod(mode)
	}
}

test_setgid_of_a_file_is_reported if {
	mode := ["S_IXGRP", "S_ISGID"]
	signature.finding == {{"pathname": "/tmp/zzs", "mode": mode}} with input as _chmod(mode)
}

test_bits_of_a_directory_are_silent if {
	every mode in [["S_ISGID"], ["S_ISUID"]] {
		signature.finding == set() with input as _chmod_of("S_IFDIR", mode)
	}
}

test_everyday_mode_is_silent if {
	signature.finding == set() with input as _chmod(["S_IXUSR", "S_IWUSR", "S_IRUSR", "S_ISVTX"])
}

test_package_manager_is_silent if {
	signature.finding == set() with input as object.union(
		_chmod(["S_ISUID"]),
		{"process": {"exe": "/usr/bin/dpkg"}},
	)
}

test_missing_executable_is_reported if {
	signature.finding == {{"pathname": "/tmp/zzs", "mode": ["S_ISUID"]}} with input as object.remove(
		_chmod(["S_ISUID"]),
		["process"],
	)
}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_chmod(["S_ISUID"]), ["args"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _chmod(["S_ISUID"])
		with data.exceptions as {"TW-0112": [{"pathname": "/tmp/"}]}
}
