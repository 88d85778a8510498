package tracee.server_helpers

servers := {"nginx", "httpd", "apache2", "lighttpd"}

shells := ["sh", "bash", "dash", "ash", "zsh"]

is_shell(pathname) {
	endswith(pathname, concat("", ["/", shells[_]]))
}
