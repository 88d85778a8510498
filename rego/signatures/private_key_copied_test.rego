package signatures.private_key_copied_test

import rego.v2

import data.signatures.private_key_copied as signature

_read(path, process) := {
	"event": "security_file_open",
	"args": {"pathname": path, "flags": ["O_RDONLY"]},
	"process": object.union({"ancestors": [], "argv": []}, process),
}

_keys := {
	"/root/.ssh/id_rsa",
	"/home/u/.ssh/id_ed25519",
	"/etc/ssh/ssh_host_rsa_key",
	"/etc/ssl/private/x.key",
	"/root/.gnupg/private-keys-v1.d/A.key",
}

test_key_is_reported if {
	every path in _keys {
		every process in [{"exe": "/usr/bin/cat"}, {"exe": "/usr/bin/cp"}, {"exe": "/usr/bin/perl", "argv": ["perl", "-ne", "1"]}] {
			signature.finding == {{"pathname": path}} with input as _read(path, process)
		}
	}
}

test_who_the_key_is_for_is_silent if {
	every process in [{"exe": "/usr/bin/ssh"}, {"exe": "/usr/sbin/nginx"}, {"exe": "/usr/bin/python3", "argv": ["python3", "/srv/app"]}] {
		signature.finding == set() with input as _read("/root/.ssh/id_rsa", process)
	}
	signature.finding == set() with input as _read(
		"/etc/ssl/private/x.key",
		{"exe": "/usr/bin/cp", "ancestors": [{"exe": "/usr/bin/dpkg"}]},
	)
}

test_public_half_is_silent if {
	every path in ["/root/.ssh/id_rsa.pub", "/etc/ssh/ssh_host_rsa_key.pub", "/etc/ssl/certs/x.pem"] {
		signature.finding == set() with input as _read(path, {"exe": "/usr/bin/cat"})
	}
}

_one := {"event": "security_file_open", "args": {"pathname": "/root/.ssh/id_rsa", "flags": ["O_RDONLY"]}, "process": {"exe": "/usr/bin/cat", "argv": ["cat"], "ancestors": []}}

test_missing_field_is_silent if {
	signature.finding == set() with input as object.remove(_one, ["args"])
	signature.finding == set() with input as object.remove(_one, ["event"])
}

test_exception_is_silent if {
	signature.finding == set() with input as _one
		with data.exceptions as {"TW-0203": [{"exe": "/usr/bin/cat"}]}
}
