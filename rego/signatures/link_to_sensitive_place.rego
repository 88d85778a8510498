# METADATA
# title: Symbolic link to a sensitive file or directory
# description: |
#   Under the name of a link in another place a password file, /etc or the whole disk can be
#   reached where its own name would be refused or noticed: through a web server, in an archive, in
#   the arguments of a command that sudo allows.
#
#   Misses: hard links, bind mounts, links with a roundabout target (/etc/../etc), and links that
#   are already there.
# schemas:
# - input: schema.security_inode_symlink
# custom:
#   id: TW-0140
#   severity: medium
#   attack: [T1555, T1003.008, T1552.001]
#   events: [security_inode_symlink]
package signatures.link_to_sensitive_place

import rego.v2

import data.lib.exceptions
import data.lib.programs

_targets := {
	"/",
	"/etc",
	"/etc/",
	"/etc/gshadow",
	"/etc/pam.d",
	"/etc/shadow",
	"/etc/sudoers",
	"/etc/sudoers.d",
	"/root",
	"/root/",
	"/root/.aws",
	"/root/.kube",
	"/root/.ssh",
	"/root/.ssh/",
}

finding contains {"linkpath": input.args.linkpath, "target": input.args.target} if {
	input.event == "security_inode_symlink"
	_sensitive
	not strings.any_prefix_match(input.args.linkpath, ["/etc/", "/usr/", "/run/systemd/"])
	not input.process.exe in programs.package_managers
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0140")
}

_sensitive if input.args.target in _targets

_sensitive if strings.any_prefix_match(input.args.target, ["/root/.ssh/", "/root/.aws/"])
