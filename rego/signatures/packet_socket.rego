# METADATA
# title: Program that listens to the network below its protocols
# description: |
#   A packet socket sees each frame of an interface, open port or not, and a raw socket each packet of a protocol:
#   sniffers need one, and so do back doors that wait for a certain packet and scanners that make theirs by hand.
#   The usual tools, DHCP clients and network daemons are not reported.
#
#   Misses: BPF programs on an interface and filters on an ordinary socket, a socket that comes
#   from another process, and the tools that are not reported.
# related_resources:
# - ref: https://man7.org/linux/man-pages/man7/packet.7.html
# schemas:
# - input: schema.security_socket_create
# custom:
#   id: TW-0138
#   severity: medium
#   attack: [T1205.002, T1040]
#   events: [security_socket_create]
package signatures.packet_socket

import rego.v2

import data.lib.exceptions
import data.lib.programs

# Ends of paths.
_network_programs := {
	"/NetworkManager",
	"/arping",
	"/arpwatch",
	"/avahi-autoipd",
	"/bird",
	"/calico-node",
	"/chronyd",
	"/cilium-agent",
	"/dhclient",
	"/dhcpcd",
	"/dhcpd",
	"/dnsmasq",
	"/dumpcap",
	"/fping",
	"/hostapd",
	"/iftop",
	"/iptables",
	"/iwd",
	"/kea-dhcp4",
	"/keepalived",
	"/lldpad",
	"/lldpd",
	"/mtr-packet",
	"/nethogs",
	"/nmap",
	"/ntopng",
	"/ospfd",
	"/ping",
	"/ping6",
	"/pppd",
	"/ptp4l",
	"/radvd",
	"/snort",
	"/suricata",
	"/systemd-networkd",
	"/tcpdump",
	"/tcptraceroute",
	"/teamd",
	"/traceroute",
	"/traceroute.db",
	"/tracepath",
	"/udhcpc",
	"/wpa_supplicant",
	"/xtables-legacy-multi",
	"/xtables-nft-multi",
	"/zeek",
}

_directories := ["/usr/", "/bin/", "/sbin/", "/lib/", "/opt/"]

finding contains {"type": input.args.type, "protocol": input.args.protocol} if {
	input.event == "security_socket_create"
	_below_protocols
	not _network_program
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0138")
}

_below_protocols if input.args.family == "AF_PACKET"

_below_protocols if {
	input.args.family in {"AF_INET", "AF_INET6"}
	input.args.type == "SOCK_RAW"
}

_network_program if {
	strings.any_suffix_match(input.process.exe, _network_programs)
	strings.any_prefix_match(input.process.exe, _directories)
}

_network_program if {
	input.process.exe in {"/bin/busybox", "/usr/bin/busybox"}
	input.process.comm in {"ping", "traceroute", "udhcpc"}
}
