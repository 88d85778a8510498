"""What users have said is fine: read, and made fit for OPA."""

from difflib import get_close_matches
from typing import Any

import msgspec

THINGS = {"exe": str, "comm": str, "uid": int, "container": str, "image": str, "pathname": str}
"""What an exception may name, and of which type that is; see rego/lib/exceptions.rego."""

MOST_INLINED = 100
"""Of one signature. Each is a rule of its own once OPA has inlined it, which is the fastest to evaluate and
takes a millisecond to build; more of them are looked up in a table."""

TABLED = "tabled"
"""Root of the data that says which signatures have such a table, while the tables themselves are outside of
what OPA takes for constant."""

Exceptions = dict[str, list[Any]]


def read_exceptions(text: str) -> Exceptions | tuple[int, str]:
    """The exceptions by signature id in *text*, or the line and the reason why there are none.

    A typing error is refused: an exception that never holds looks like one that works.
    """
    try:
        given = msgspec.json.decode(text.encode("utf-8", "replace"), type=dict[str, list[dict[str, Any]]])
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        return 1, f"should be a JSON object from signature id to a list of exceptions: {error}"
    for identifier, items in given.items():
        for number, item in enumerate(items, 1):
            if problem := _problem(item):
                return _row(text, identifier, item), f"{identifier}, exception {number}: {problem}"
    return dict(given)


def _problem(item: dict[str, Any]) -> str:
    if not item:
        return "it is empty, and would drop every finding"
    for thing, value in item.items():
        if thing not in THINGS:
            near = get_close_matches(thing, THINGS, n=1)
            meant = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(THINGS)}"
            return f"{thing!r} is nothing that an exception can name; {meant}"
        wanted = THINGS[thing]
        if type(value) is not wanted:
            return f"{thing!r} should be {'a number' if wanted is int else 'text'}, and is {value!r}"
    return ""


def _row(text: str, identifier: str, item: dict[str, Any]) -> int:
    """The line that says a thing of *item*, after that of its signature; else that of the signature."""
    lines = text.splitlines()
    start = next((row for row, line in enumerate(lines, 1) if f'"{identifier}"' in line), 1)
    for thing, value in item.items():
        words = (f'"{thing}"', msgspec.json.encode(value).decode())
        for row, line in enumerate(lines[start - 1 :], start):
            if all(word in line for word in words):
                return row
    return start


def inlined(exceptions: Exceptions) -> Exceptions:
    """Those that OPA makes rules of."""
    return {name: items for name, items in exceptions.items() if len(items) <= MOST_INLINED}


def tables(exceptions: Exceptions) -> dict[str, Any]:
    """The others, as `data.excepted`.

    Of each signature the combinations of things that its exceptions name, and for each combination the
    values of those things, joined by NUL, which none of them can have in it. The path comes last: it is
    looked up with each of the directories that it lies in.
    """
    return {name: _table(items) for name, items in exceptions.items() if len(items) > MOST_INLINED}


def _table(items: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[tuple[str, ...], dict[str, bool]] = {}
    for item in items:
        names = tuple(thing for thing in THINGS if thing in item)
        found.setdefault(names, {})["\0".join(str(item[name]) for name in names)] = True
    return {
        "combinations": [
            {"things": [one for one in names if one != "pathname"], "path": "pathname" in names}
            for names in found
        ],
        "values": [*found.values()],
    }
