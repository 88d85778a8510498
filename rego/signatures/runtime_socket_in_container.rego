# METADATA
# title: Container talks to the container runtime
# description: |
#   Whoever can talk to Docker, containerd or CRI-O can start a container with every right on the
#   host. A container that is given the socket in order to manage others needs an exception.
#
#   Misses: a socket under another name, a runtime that listens on TCP, and a program with the
#   arguments of Tracewire's own inventory, which is not reported.
# schemas:
# - input: schema.security_socket_connect
# custom:
#   id: TW-0148
#   severity: high
#   attack: [T1552.007, T1610, T1611]
#   events: [security_socket_connect]
package signatures.runtime_socket_in_container

import rego.v2

import data.lib.exceptions

_sockets := {
	"/buildkitd.sock",
	"/containerd.sock",
	"/containerd.sock.ttrpc",
	"/cri-dockerd.sock",
	"/crio.sock",
	"/docker.sock",
	"/dockershim.sock",
	"/podman.sock",
}

finding contains {"peer": input.args.remote_addr} if {
	input.event == "security_socket_connect"
	input.container.id
	input.args.remote_addr.sa_family == "AF_UNIX"
	strings.any_suffix_match(input.args.remote_addr.sun_path, _sockets)
	not _own_inventory
	not exceptions.apply("TW-0148")
}

# Tracewire's own, which asks what the containers are called.
_own_inventory if array.slice(input.process.argv, 1, 4) == ["-m", "collector", "inventory"]
