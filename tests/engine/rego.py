"""Small signatures for the tests."""


def signature(
    name: str,
    rules: str,
    *,
    identifier: str = "TW-9001",
    events: str = "ptrace",
    severity: str = "low",
    title: str = "A test",
) -> str:
    """A signature file with *rules* in it."""
    return f"""\
# METADATA
# title: {title}
# description: For a test.
# custom:
#   id: {identifier}
#   severity: {severity}
#   attack: [T1622]
#   events: [{events}]
package signatures.{name}

import rego.v2

{rules}
"""


TRACEME = signature(
    "traceme",
    """finding contains {"request": input.args.request} if {
	input.event == "ptrace"
	input.args.request == "PTRACE_TRACEME"
}""",
    title="Asks to be traced",
)

WRITES_ETC = signature(
    "writes_etc",
    """finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	"O_WRONLY" in input.args.flags
	startswith(input.args.pathname, "/etc/")
}""",
    identifier="TW-9002",
    events="security_file_open",
    severity="high",
)
