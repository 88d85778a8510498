package tracee.helpers

import rego.v1

get_tracee_argument(wanted) := argument.value if {
	some argument in input.args
	argument.name == wanted
}
