# METADATA
# title: Server starts a shell or a tool of attackers
# description: |
#   A web server, its application server or a database runs a shell, a downloader or a program that
#   tells who it is: what an attacker does first who has found a way to run commands there. The program
#   itself, its parent and the parent's parent are looked at.
#
#   Misses: servers with other names, and those that are a script of a general interpreter (node,
#   python, java) and cannot be told from others; code that is loaded into the server; a child that is
#   started by way of more than two others. Servers that call a shell for good reasons (mail from PHP,
#   archive_command of PostgreSQL) need an exception.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0170
#   severity: medium
#   attack: [T1190, T1505.003, T1059.004]
#   events: [sched_process_exec]
package signatures.shell_from_server

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.programs

# Ends of paths.
_servers := {
	"/apache",
	"/apache2",
	"/caddy",
	"/catalina.sh",
	"/couchdb",
	"/gunicorn",
	"/h2o",
	"/haproxy",
	"/httpd",
	"/lighttpd",
	"/lsphp",
	"/mariadbd",
	"/memcached",
	"/mongod",
	"/mysqld",
	"/nginx",
	"/openlitespeed",
	"/php-cgi",
	"/php-fpm",
	"/php-fpm7.4",
	"/php-fpm8.1",
	"/php-fpm8.2",
	"/php-fpm8.3",
	"/php-fpm8.4",
	"/postgres",
	"/puma",
	"/redis-server",
	"/tomcat",
	"/unicorn",
	"/unitd",
	"/uwsgi",
	"/varnishd",
}

_tools := programs.shell_names | {
	"/base64",
	"/curl",
	"/id",
	"/nc",
	"/nc.openbsd",
	"/nc.traditional",
	"/ncat",
	"/netcat",
	"/nmap",
	"/perl",
	"/python3",
	"/ruby",
	"/socat",
	"/uname",
	"/wget",
	"/whoami",
}

finding contains {
	"pathname": input.args.pathname,
	"argv": input.args.argv,
	"server": server,
} if {
	input.event == "sched_process_exec"
	_tool
	some ancestor in array.slice(input.process.ancestors, 0, 2)
	server := ancestor.exe
	strings.any_suffix_match(server, _servers)
	not exceptions.apply("TW-0170")
}

_tool if executions.is_called(_tools)

_tool if strings.any_prefix_match(input.args.pathname, ["/usr/bin/python3.", "/usr/bin/perl5"])
