# METADATA
# title: SSH agent of another user used
# description: |
#   Who may open the socket of somebody's ssh-agent can log in wherever that user can. Reported is
#   ssh or ssh-add that connects to an agent in the home or run-time directory of another user, or
#   at a place in /tmp that ssh-agent does not choose by itself, and an interpreter or netcat that connects to an agent
#   at its usual place. sudo keeps the agent where it is told to, hence the low severity.
#
#   Misses: an agent of another user at the usual place in /tmp that OpenSSH's own programs connect to, and
#   a link that leads to the socket.
# schemas:
# - input: schema.security_socket_connect
# custom:
#   id: TW-0157
#   severity: low
#   attack: [T1563.001]
#   events: [security_socket_connect]
package signatures.ssh_agent_of_another_user

import rego.v2

import data.lib.exceptions
import data.lib.programs

finding contains {"peer": input.args.remote_addr} if {
	input.event == "security_socket_connect"
	strings.any_suffix_match(input.process.exe, {"/scp", "/sftp", "/ssh", "/ssh-add"})
	input.args.remote_addr.sa_family == "AF_UNIX"
	_foreign(input.args.remote_addr.sun_path)
	not exceptions.apply("TW-0157")
}

# Whatever else talks to an agent at the place that ssh-agent chooses by itself.
finding contains {"peer": input.args.remote_addr} if {
	input.event == "security_socket_connect"
	input.args.remote_addr.sa_family == "AF_UNIX"
	startswith(input.args.remote_addr.sun_path, "/tmp/ssh-")
	contains(input.args.remote_addr.sun_path, "/agent.")
	strings.any_suffix_match(input.process.exe, ((programs.script_interpreters | programs.shells) | {"/nc", "/ncat", "/socat"}))
	not exceptions.apply("TW-0157")
}

_foreign(path) if {
	startswith(path, "/run/user/")
	not startswith(path, sprintf("/run/user/%d/", [input.process.uid]))
}

_foreign(path) if {
	startswith(path, "/home/")
	input.process.uid == 0
}

_foreign(path) if {
	strings.any_prefix_match(path, ["/tmp/", "/var/tmp/", "/dev/shm/"])
	not strings.any_prefix_match(path, ["/tmp/ssh-", "/tmp/auth-agent", "/tmp/keyring-", "/tmp/com.apple"])
}

# In the working directory.
_foreign(path) if {
	path != ""
	not strings.any_prefix_match(path, ["/", "@"])
}
