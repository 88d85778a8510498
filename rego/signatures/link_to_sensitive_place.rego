# METADATA
# title: Symbolic link to a sensitive file or directory
# description: |
#   Under the name of a link in another place a password file, /etc or the whole disk can be
#   reached where its own name would be refused or noticed: through a web server, in an archive, in
#   the arguments of a command that sudo allows.
#
#   Misses: bind mounts, links to directories with a target that is more roundabout than steps up from where they
#   lie, and links that are already there.
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
	"/etc/pam.conf",
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

# In a roundabout way: ../../etc/shadow, /proc/self/root/etc/shadow, /var/../etc/shadow.
_sensitive if strings.any_suffix_match(input.args.target, ["/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/root/.ssh"])

_sensitive if {
	strings.any_suffix_match(input.args.target, ["/etc", "/etc/", "/etc/.", "/root", "/root/"])
	_leads_to_the_root
}

_leads_to_the_root if startswith(input.args.target, "//")

_leads_to_the_root if regex.match(`^/proc/[^/]+/root/`, input.args.target)

_leads_to_the_root if regex.match(`^/+(etc|root)/+\.?$`, input.args.target)

# As many steps up as the link lies deep, or more.
_leads_to_the_root if {
	steps := regex.find_n(`\.\./+`, input.args.target, -1)
	regex.match(`^(\.\./+)+(etc|root)/*\.?$`, input.args.target)
	count(steps) >= count(split(input.args.linkpath, "/")) - 2
}

_sensitive if strings.any_prefix_match(input.args.target, ["/root/.ssh/", "/root/.aws/"])
