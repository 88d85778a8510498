"""The Rego that makes one of our signatures out of one of Tracee's."""

import json
from collections.abc import Iterable

from engine.tracee.dialect import MATCH
from engine.tracee.rewriting import SIGNATURES
from engine.tracee.selectors import ANY, Selector

# Where nobody knows whether a container's entry process runs, both of them hold: more is found, not less.
_ORIGINS = {
    "container": ["input.container.started != false"],
    "container-init": ["input.container.id", "input.container.started != true"],
    "host": ["not input.container.id"],
    ANY: [],
}

_HEAD = """\
package signatures.{name}

import rego.v2

import data.lib.exceptions
"""

# A match is an object, or true for one without data; anything else is none.
_RULES = """
finding contains found if {{
{conditions}	found := {match}
	is_object(found)
	not exceptions.apply({identifier})
}}

finding contains {{}} if {{
{conditions}	{match} == true
	not exceptions.apply({identifier})
}}
"""


def adapter(
    name: str, identifier: str, key: str, selectors: Iterable[Selector], restricted: frozenset[str] | None
) -> str:
    """A signature called *name* that finds what the rewritten one in package *key* matches.

    Args:
        name: Of the signature.
        identifier: Its id.
        key: See `engine.tracee.rewriting.signature`.
        selectors: Which events, by names that exist.
        restricted: The events that its rules restrict themselves to; None where they do not.
    """
    by_origin: dict[str, set[str]] = {}
    for selector in selectors:
        by_origin.setdefault(selector.origin, set()).add(selector.name)
    parts = [_HEAD.format(name=name)]
    for origin, names in sorted(by_origin.items()):
        # An event that is tested twice doubles the rules that OPA makes of it.
        guards = (
            [[]]
            if restricted is not None and restricted <= names
            else [[f"input.event == {json.dumps(event)}"] for event in sorted(names)]
        )
        for guard in guards:
            conditions = "".join(f"\t{line}\n" for line in [*guard, *_ORIGINS[origin]])
            parts.append(
                _RULES.format(
                    conditions=conditions,
                    match=f"data.{SIGNATURES}.{key}.{MATCH}",
                    identifier=json.dumps(identifier),
                )
            )
    return "".join(parts)
