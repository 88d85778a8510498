# METADATA
# title: Password file read by a program that has no business with it
# description: |
#   /etc/shadow and its kin hold the hashes of passwords, sudoers who may become root. The
#   programs that check passwords and manage accounts read them all the time; anything else
#   that opens one for reading, moves it away or mounts it elsewhere is reported. Programs
#   are told apart by the executable that the kernel runs, not by the name they give themselves.
#
#   Misses: hard links to a file under another name, reads of the disk itself, a trusted
#   program that is made to print the file, and a Perl script under the name of one of Debian's
#   tools. A program that asks for passwords but lies in an unusual place needs an exception.
# custom:
#   id: TW-0111
#   severity: medium
#   attack: [T1003.008]
#   events: [security_file_open, security_inode_rename, security_sb_mount]
package signatures.sensitive_file_read

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

# Ends of paths, so that the host's files count when they are mounted into a container.
_hashes := ["/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/security/opasswd"]

# METADATA
# schemas:
# - input: schema.security_file_open
finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	files.for_reading(input.args.flags)
	_sensitive(input.args.pathname)
	_untrusted
}

# METADATA
# schemas:
# - input: schema.security_inode_rename
finding contains {"old_path": input.args.old_path, "new_path": input.args.new_path} if {
	input.event == "security_inode_rename"
	_sensitive(input.args.old_path)
	_untrusted
}

# METADATA
# schemas:
# - input: schema.security_sb_mount
finding contains {"dev_name": input.args.dev_name, "path": input.args.path} if {
	input.event == "security_sb_mount"
	_sensitive(input.args.dev_name)
	_untrusted
}

_sensitive(path) if strings.any_suffix_match(path, _hashes)

_sensitive(path) if path == "/etc/sudoers"

_sensitive(path) if startswith(path, "/etc/sudoers.d/")

_untrusted if {
	not _account_lookup_in_perl
	not input.process.exe in programs.account_programs
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0111")
}

# Perl's getpwnam and getpwuid read the hash along with the rest, so what looks up an
# account as root opens the file. Of a script the kernel's name is the script's.
_account_lookup_in_perl if {
	input.process.exe == "/usr/bin/perl"
	input.process.comm in programs.perl_tools
}
