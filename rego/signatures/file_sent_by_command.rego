# METADATA
# title: File sent away by curl, wget or scp
# description: |
#   The contents of a file are the body of a request, or are copied to another machine: the simplest way to carry it
#   off. Deployments and backups do the same, hence the low severity.
#
#   Misses: data that is written in the arguments or comes through a pipe without saying so, an address that is sent
#   instead, and programs of one's own.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0205
#   severity: low
#   attack: [T1048, T1048.003, T1041, T1567]
#   events: [sched_process_exec]
package signatures.file_sent_by_command

import rego.v2

import data.lib.exceptions
import data.lib.executions

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	_sends
	not exceptions.apply("TW-0205")
}

_sends if {
	executions.is_called({"/curl"})
	some argument in array.slice(input.args.argv, 1, 40)
	regex.match(`^(-[a-zA-Z]*T.*|--upload-file(=.*)?|[^ ]*=[@<].+|@.+|(--data|--data-binary|--data-raw|--data-urlencode|-d)=?@.+)$`, argument)
}

_sends if {
	executions.is_called({"/wget"})
	strings.any_prefix_match(input.args.argv, ["--post-file", "--body-file"])
}

# To another machine and not from one.
_sends if {
	executions.is_called({"/scp", "/rsync"})
	last := input.args.argv[count(input.args.argv) - 1]
	regex.match(`^([^/:]+@)?[^/:]+:`, last)
}

_sends if {
	executions.is_called({"/ftpput", "/tftp", "/ncftpput", "/lftp"})
}
