package tracee.EX_8

test_connection_matches {
	tracee_match == {"port": 80, "host": "vm-1", "process": "curl"} with input as {
		"eventName": "security_socket_connect", "hostName": "vm-1", "processName": "curl",
		"args": [{
			"name": "remote_addr", "type": "struct sockaddr*",
			"value": {"sa_family": "AF_INET", "sin_addr": "169.254.169.254", "sin_port": "80"},
		}],
	}
}
