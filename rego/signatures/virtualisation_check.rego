# METADATA
# title: Program that looks whether the machine is a virtual one
# description: |
#   Malware that fears to be watched looks for a virtual machine first. Installers, inventories and
#   the system itself look too, hence the low severity; systemd, udev and the programs below are
#   known to.
#
#   Misses: the cpuid instruction, device names, timing, and looking in /proc/cpuinfo with other programs than grep.
# custom:
#   id: TW-0144
#   severity: low
#   attack: [T1497.001, T1082]
#   events: [security_file_open, sched_process_exec]
package signatures.virtualisation_check

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.files
import data.lib.programs

_places := ["/sys/devices/virtual/dmi/id/", "/sys/hypervisor/", "/sys/firmware/dmi/tables/"]

_told := ["/sys/class/dmi/", "/sys/devices/virtual/dmi/", "/sys/firmware/dmi/", "/sys/hypervisor"]

_system := {
	"/usr/bin/systemd-detect-virt",
	"/usr/bin/udevadm",
	"/usr/lib/systemd/systemd",
	"/usr/lib/systemd/systemd-hostnamed",
	"/usr/lib/systemd/systemd-udevd",
	"/usr/sbin/dmidecode",
}

# METADATA
# schemas:
# - input: schema.security_file_open
finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	strings.any_prefix_match(input.args.pathname, _places)
	files.for_reading(input.args.flags)
	not input.process.exe in _system
	not exceptions.apply("TW-0144")
}

# METADATA
# schemas:
# - input: schema.sched_process_exec
finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	_detector
	not programs.for_a_package_manager
	not exceptions.apply("TW-0144")
}

_detector if executions.is_called({"/dmidecode", "/systemd-detect-virt", "/imvirt"})

# The attempt counts where the file is not there.
_detector if strings.any_prefix_match(input.args.argv, _told)

_detector if {
	executions.is_called({"/grep", "/egrep", "/fgrep", "/zgrep"})
	some argument in array.slice(input.args.argv, 1, 10)
	regex.match(`(?i)hypervisor|vmware|virtualbox|\bvbox|\bqemu|\bkvm\b|hyper-?v\b|parallels`, argument)
}

# A script.
_detector if endswith(input.args.cmdpath, "/virt-what")
