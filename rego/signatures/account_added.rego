# METADATA
# title: Account added, or one given the rights of a group
# description: |
#   Somebody who wants to come back makes an account, or puts one into a group. So does an administrator, hence the
#   low severity; superuser_added reports accounts that are root. What package managers start is not reported.
#
#   Misses: accounts that are made through a service such as LDAP; account_files_write sees the file that is written by
#   hand.
# schemas:
# - input: schema.sched_process_exec
# custom:
#   id: TW-0202
#   severity: low
#   attack: [T1136.001, T1098]
#   events: [sched_process_exec]
package signatures.account_added

import rego.v2

import data.lib.exceptions
import data.lib.executions
import data.lib.programs

finding contains {"pathname": input.args.pathname, "argv": input.args.argv} if {
	input.event == "sched_process_exec"
	_adds
	not _question
	not programs.for_a_package_manager
	not exceptions.apply("TW-0202")
}

_adds if executions.is_called({"/useradd", "/newusers"})

# A script.
_adds if strings.any_suffix_match(input.args.cmdpath, ["/adduser", "/addgroup"])

_adds if {
	executions.is_called({"/usermod"})
	some argument in input.args.argv
	regex.match(`^(-[a-zA-Z]*G.*|--groups(=.*)?|-u|--uid(=.*)?)$`, argument)
}

_adds if {
	executions.is_called({"/gpasswd"})
	some argument in input.args.argv
	regex.match(`^(-a|-M|--add|--members)$`, argument)
}

_question if {
	some argument in input.args.argv
	argument in {"-D", "--defaults", "--help", "-h"}
}
