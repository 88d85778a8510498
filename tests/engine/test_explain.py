"""`signatures explain`: what of a signature is decided before OPA, and what prevents more."""

from pathlib import Path

import pytest

from engine.explain import Explained, Undecided, describe, explain
from engine.opa_program import OpaProgram
from engine.rendering import Place
from tests.engine import loading, rego
from tracewire.clause import Condition

pytestmark = pytest.mark.opa

MIXED = rego.signature(
    "mixed",
    """_quiet := {"vi", "ed"}

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	endswith(input.args.pathname, "/sudoers")
	regex.match("etc", input.args.pathname)
	not input.process.comm in _quiet
}

finding contains {"request": input.args.request} if {
	input.event == "ptrace"
	input.args.pid > 1
	input.args.pid <= 300
}

finding contains {"request": "x"} if {
	input.event == "ptrace"
	count(input.process.argv) > 9
}

finding contains {"alert": input.args.alert} if {
	input.event == "mem_prot_alert"
	input.event == "ptrace"
}""",
    identifier="TW-9020",
    events="security_file_open, ptrace, mem_prot_alert",
)


async def test_conditions_the_rest_and_where_it_stands(program: OpaProgram, tmp_path: Path) -> None:
    """Whole answer: clauses, undecided expressions with their lines, and why an event is open."""
    accepted = await loading.accepted(program, tmp_path, loading.files(mixed=MIXED))

    explained = await explain(program, accepted, tmp_path / "capabilities.json", "mixed")

    def at(row: int) -> Place:
        return Place("dir/mixed.rego", row)

    lines = MIXED.splitlines()
    assert lines[at(18).row - 1].strip() == 'regex.match("etc", input.args.pathname)'
    assert explained == [
        Explained(
            "security_file_open",
            "some",
            [{"args.pathname": Condition(suffix=("/sudoers",))}],
            [
                Undecided('regex.match("etc", input.args.pathname)', at(18)),
                Undecided('not (input.process.comm in {"ed", "vi"})', at(19)),
            ],
        ),
        Explained(
            "ptrace",
            "all",
            [],
            [Undecided("count(input.process.argv) > 9", at(30))],
            "a way to a finding has no condition that can be a clause",
        ),
        Explained("mem_prot_alert", "never", [], []),
    ]
    assert describe(explained)[0] == "security_file_open: collected if"


async def test_a_name_that_nobody_has(program: OpaProgram, tmp_path: Path) -> None:
    accepted = await loading.accepted(program, tmp_path, loading.files(mixed=MIXED))

    assert await explain(program, accepted, tmp_path / "capabilities.json", "mixd") is None
