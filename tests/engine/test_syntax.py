"""What is read off a signature's syntax tree."""

import pytest

from engine.opa_program import OpaProgram
from engine.restriction import Restrictions

pytestmark = pytest.mark.opa

HEAD = "package signatures.a\n\nimport rego.v2\n\n"

LIBRARY = """package lib.files

import rego.v2

changed contains 1 if input.event == "security_file_open"

changed contains 2 if input.event == "security_inode_rename"

any_path contains input.args.pathname

is_write(flags) if { "O_RDWR" in flags; input.event == "security_file_open" }
"""


@pytest.mark.parametrize(
    ("rules", "events"),
    [
        ('finding contains {} if input.event == "ptrace"', {"ptrace"}),
        ('finding contains {} if input.event in {"ptrace", "bpf"}', {"ptrace", "bpf"}),
        ('finding contains {} if "ptrace" == input.event', {"ptrace"}),
        ("finding contains {} if 1 in files.changed", {"security_file_open", "security_inode_rename"}),
        (
            "finding contains {} if { some x in files.changed; x > 1 }",
            {"security_file_open", "security_inode_rename"},
        ),
        ("finding contains {} if files.is_write(input.args.flags)", {"security_file_open"}),
        ("finding contains {} if data.lib.files.changed[_]", {"security_file_open", "security_inode_rename"}),
        ('finding contains {} if _mine\n\n_mine if input.event == "ptrace"', {"ptrace"}),
        ("finding contains {} if not files.changed", None),
        ("finding contains {} if count([x | some x in files.changed]) == 0", None),
        ("finding contains {} if 1 in files.any_path", None),
        ('finding contains {} if input.event == "ptrace"\n\nfinding contains {}', None),
        ('finding contains {} if not input.event == "ptrace"', None),
        ("finding contains {} if finding", None),
        ('finding contains {} if { input.event == "ptrace" or true }', None),
    ],
)
async def test_events_of_a_signature_are_known_or_not(
    program: OpaProgram, rules: str, events: set[str] | None
) -> None:
    """Only what has to hold for the rule to hold restricts it."""
    text = HEAD.replace("import rego.v2\n", "import rego.v2\n\nimport data.lib.files\n") + rules
    trees = await program.parse({"a.rego": text, "lib.rego": LIBRARY})
    assert set(trees) == {"a.rego", "lib.rego"}
    found = Restrictions(trees.values()).events(("signatures", "a", "finding"))

    assert found == (None if events is None else frozenset(events))
