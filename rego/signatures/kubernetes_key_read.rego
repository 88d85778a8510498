# METADATA
# title: Private key or configuration of the control plane of Kubernetes read
# description: |
#   The keys in /etc/kubernetes/pki make any user of the cluster, and admin.conf is one. The
#   programs of the control plane read them; anything else that does, or moves, links or mounts one elsewhere
#   is reported.
#
#   Misses: other distributions' places, secrets that are read through the API or from
#   etcd.
# custom:
#   id: TW-0143
#   severity: high
#   attack: [T1552.004, T1528]
#   events: [security_file_open, security_inode_rename, security_inode_link, security_sb_mount]
package signatures.kubernetes_key_read

import rego.v2

import data.lib.exceptions
import data.lib.files
import data.lib.programs

_configurations := {
	"/etc/kubernetes/admin.conf",
	"/etc/kubernetes/controller-manager.conf",
	"/etc/kubernetes/scheduler.conf",
	"/etc/kubernetes/super-admin.conf",
}

_directories := ["/etc/kubernetes/pki/", "/var/lib/kubelet/pki/", "/var/lib/rancher/k3s/server/tls/", "/var/lib/minikube/certs/"]

# Ends of paths: distributions and images differ in the directory.
_programs := {
	"/etcd",
	"/k3s",
	"/kube-apiserver",
	"/kube-controller-manager",
	"/kube-scheduler",
	"/kubeadm",
	"/kubectl",
	"/kubelet",
	"/rke2",
}

# METADATA
# schemas:
# - input: schema.security_file_open
finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	files.for_reading(input.args.flags)
	_secret(input.args.pathname)
	_unexpected
}

# METADATA
# schemas:
# - input: schema.security_inode_rename
finding contains {"old_path": input.args.old_path, "new_path": input.args.new_path} if {
	input.event == "security_inode_rename"
	_secret(input.args.old_path)
	_unexpected
}

# METADATA
# schemas:
# - input: schema.security_inode_link
finding contains {"old_path": input.args.old_path, "new_path": input.args.new_path} if {
	input.event == "security_inode_link"
	_secret(input.args.old_path)
	_unexpected
}

# METADATA
# schemas:
# - input: schema.security_sb_mount
finding contains {"dev_name": input.args.dev_name, "path": input.args.path} if {
	input.event == "security_sb_mount"
	_mounted(input.args.dev_name)
	_unexpected
}

_mounted(path) if _secret(path)

_mounted(path) if trim_suffix(path, "/") in {"/etc/kubernetes", "/etc/kubernetes/pki"}

_secret(path) if path in _configurations

# Certificates are for everybody. A directory has no dot in its name.
_secret(path) if {
	strings.any_prefix_match(path, _directories)
	strings.any_suffix_match(path, [".key", ".pem", ".conf"])
}

_unexpected if {
	not strings.any_suffix_match(input.process.exe, _programs)
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0143")
}
