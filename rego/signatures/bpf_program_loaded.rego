# METADATA
# title: Program loaded into the kernel by bpf
# description: |
#   A BPF program can hide files and processes, read every key stroke and pass packets by the firewall.
#   systemd, container runtimes, tools for networks and tracing and Tracewire itself load them.
#
#   Misses: programs that an allowed loader has been told to load.
# schemas:
# - input: schema.bpf
# custom:
#   id: TW-0182
#   severity: low
#   attack: [T1014, T1205.002]
#   events: [bpf]
package signatures.bpf_program_loaded

import rego.v2

import data.lib.exceptions
import data.lib.programs

_loaders := {
	"/bpftool",
	"/bpftrace",
	"/cilium-agent",
	"/calico-node",
	"/falco",
	"/ip",
	"/iptables",
	"/libvirtd",
	"/lxc-start",
	"/nft",
	"/perf",
	"/snap-confine",
	"/systemd",
	"/systemd-executor",
	"/systemd-networkd",
	"/tc",
	"/tetragon",
	"/xdp-loader",
	"/xtables-nft-multi",
}

_directories := ["/usr/", "/bin/", "/sbin/", "/lib/", "/opt/"]

finding contains {"cmd": input.args.cmd, "argv": input.process.argv} if {
	input.event == "bpf"
	input.args.cmd == "BPF_PROG_LOAD"
	input.return_value >= 0
	not _loader
	not _collector
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0182")
}

_loader if {
	strings.any_suffix_match(input.process.exe, _loaders)
	strings.any_prefix_match(input.process.exe, _directories)
}

_collector if array.slice(input.process.argv, 1, 3) == ["-m", "collector"]
