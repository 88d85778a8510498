"""The rules that every signature of Tracee's may call."""

import re

from engine import places
from engine.errors import ResourceError
from engine.source import Source, read
from engine.syntax import Tree, rule_name
from engine.tracee.rewriting import SEARCHED, SHARED

_FOLDER = places.REGO / "tracee"
_ARGUMENT = "get_tracee_argument"

# By name an argument is found at once, and partial evaluation knows which one is meant.
_BY_NAME = f"""\
package {SHARED}.tracee.helpers

import rego.v1

get_tracee_argument(wanted) := input.tracee.argument[wanted]

{SEARCHED}(wanted) := argument.value if {{
	some argument in input.tracee.args
	argument.name == wanted
}}
"""


def built_in() -> dict[str, Source]:
    """Each of them as Tracee's own input has it, by its rule's name.

    Raises:
        ResourceError: They are not there.
    """
    found = {path.stem: read(str(path)) for path in sorted(_FOLDER.glob("*.rego"))}
    sources = {name: one for name, one in found.items() if one and not name.endswith("_test")}
    if _ARGUMENT not in sources:
        raise ResourceError(str(_FOLDER / f"{_ARGUMENT}.rego"), "Install Tracewire's engine again.")
    return sources


def rewritten(name: str, built: Source) -> str:
    """One of them for our document."""
    if name == _ARGUMENT:
        return _BY_NAME
    return re.sub(
        r"^package .*$", f"package {SHARED}.tracee.helpers", built.text, count=1, flags=re.MULTILINE
    )


def names_of(tree: Tree) -> set[str]:
    """The names of the rules in *tree*."""
    return {rule_name(rule) for rule in tree.get("rules") or []}
