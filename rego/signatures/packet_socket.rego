# METADATA
# title: Program that listens to the network below its protocols
# description: |
#   A packet socket sees each frame of an interface, open port or not: sniffers need one, and so do
#   back doors that wait for a certain packet. The usual tools, DHCP clients and network daemons
#   are not reported.
#
#   Misses: raw sockets of IPv4 and IPv6, BPF programs on an interface, a packet socket that comes
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
	"/calico-node",
	"/chronyd",
	"/cilium-agent",
	"/dhclient",
	"/dhcpcd",
	"/dhcpd",
	"/dnsmasq",
	"/dumpcap",
	"/hostapd",
	"/iftop",
	"/iwd",
	"/kea-dhcp4",
	"/keepalived",
	"/lldpad",
	"/lldpd",
	"/mtr-packet",
	"/nethogs",
	"/nmap",
	"/ntopng",
	"/ptp4l",
	"/radvd",
	"/snort",
	"/suricata",
	"/systemd-networkd",
	"/tcpdump",
	"/teamd",
	"/udhcpc",
	"/wpa_supplicant",
	"/zeek",
}

_directories := ["/usr/", "/bin/", "/sbin/", "/lib/", "/opt/"]

finding contains {"type": input.args.type, "protocol": input.args.protocol} if {
	input.event == "security_socket_create"
	input.args.family == "AF_PACKET"
	not _network_program
	not input.process.exe in programs.container_runtimes
	not exceptions.apply("TW-0138")
}

_network_program if {
	strings.any_suffix_match(input.process.exe, _network_programs)
	strings.any_prefix_match(input.process.exe, _directories)
}

_network_program if {
	input.process.exe in {"/bin/busybox", "/usr/bin/busybox"}
	input.process.comm == "udhcpc"
}
