"""The Rego that makes one of our signatures out of one of Tracee's."""

import json
from collections.abc import Iterable

from engine.tracee.dialect import MATCH
from engine.tracee.results import OBJECT, TRUE
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

# A match is an object, or true for one without data; anything else is none. Each is asked for
# only where there can be one: OPA refuses to compare an object with true.
_OBJECT = """
finding contains found if {{
{conditions}	found := {match}
{test}	not exceptions.apply({identifier})
}}
"""
_TRUE = """
finding contains {{}} if {{
{conditions}	matched := {match}
{test}	matched
	not exceptions.apply({identifier})
}}
"""


def adapter(
    name: str,
    identifier: str,
    key: str,
    selectors: Iterable[Selector],
    *,
    restricted: frozenset[str] | None,
    results: frozenset[str],
) -> str:
    """A signature called *name* that finds what the rewritten one in package *key* matches.

    Args:
        name: Of the signature.
        identifier: Its id.
        key: See `engine.tracee.rewriting.signature`.
        selectors: Which events, by names that exist.
        restricted: The events that its rules restrict themselves to; None where they do not.
        results: See `engine.tracee.results`.
    """
    rules = []
    if OBJECT in results:
        rules.append((_OBJECT, "" if results == {OBJECT} else "\tis_object(found)\n"))
    if TRUE in results:
        rules.append((_TRUE, "" if results == {TRUE} else "\tis_boolean(matched)\n"))
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
            parts += [
                rule.format(
                    conditions=conditions,
                    match=f"data.{SIGNATURES}.{key}.{MATCH}",
                    test=test,
                    identifier=json.dumps(identifier),
                )
                for rule, test in rules
            ]
    return "".join(parts)
