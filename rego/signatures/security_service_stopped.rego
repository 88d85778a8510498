# METADATA
# title: Service that protects or records stopped
# description: |
#   Whoever does not want to be seen stops what would see it first: the journal, syslog, the audit
#   daemon, the firewall, a sensor. Package managers restart such services and are not reported,
#   nor are signals that only ask for a new log file.
#
#   Misses: services under other names, a signal that a process sends by itself, D-Bus calls
#   without systemctl, and a changed configuration.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0136
#   severity: medium
#   attack: [T1685, T1562.001, T1562.012, T1489]
#   events: [sched_process_exec]
package signatures.security_service_stopped

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.programs

_services := [
	"aide",
	"apparmor",
	"auditbeat",
	"auditd",
	"clamav",
	"clamd",
	"crowdsec",
	"ds_agent",
	"fail2ban",
	"falco",
	"falcon-sensor",
	"filebeat",
	"firewalld",
	"fluent-bit",
	"laurel",
	"mdatp",
	"nftables",
	"osquery",
	"ossec",
	"rsyslog",
	"sentinelone",
	"snort",
	"suricata",
	"syslog",
	"sysmon",
	"systemd-journal",
	"tetragon",
	"tracee",
	"tracewire",
	"ufw",
	"wazuh",
]

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	_stops
	not programs.for_a_package_manager
	not exceptions.apply("TW-0136")
}

_stops if {
	executions.is_called({"/systemctl"})
	some verb in ["stop", "disable", "mask", "kill"]
	verb in input.args.argv
	_names_a_service
	not _harmless_signal
}

# A script: its interpreter is what was loaded.
_stops if {
	strings.any_suffix_match(input.args.cmdpath, ["/service", "/invoke-rc.d"])
	"stop" in input.args.argv
	_names_a_service
}

_stops if {
	startswith(input.args.cmdpath, "/etc/init.d/")
	strings.any_prefix_match(substring(input.args.cmdpath, 12, -1), _services)
	"stop" in input.args.argv
}

_stops if {
	executions.is_called({"/killall", "/pkill"})
	_names_a_service
	not _harmless_signal
}

_stops if {
	executions.is_called({"/setenforce"})
	input.args.argv[1] in {"0", "Permissive", "permissive"}
}

_stops if {
	executions.is_called({"/auditctl"})
	input.args.argv[1] in {"-D", "-e0"}
}

_stops if {
	executions.is_called({"/auditctl"})
	input.args.argv[1] == "-e"
	input.args.argv[2] == "0"
}

_stops if {
	strings.any_suffix_match(input.args.cmdpath, ["/ufw"])
	"disable" in input.args.argv
}

_names_a_service if {
	some argument in array.slice(input.args.argv, 1, 100)
	strings.any_prefix_match(argument, _services)
}

_harmless_signal if {
	some argument in input.args.argv
	regex.match(`(HUP|USR1|USR2|WINCH|CONT)$|^-(0|1|10|12)$`, argument)
}
