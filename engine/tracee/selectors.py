"""Which events a signature asks for, and where they have to happen."""

from typing import Any

import msgspec

ANY = "*"
ORIGINS = ("container", "container-init", "host", ANY)


class Selector(msgspec.Struct, frozen=True, order=True):
    """One wish.

    Attributes:
        name: Of an event; `*` for any.
        origin: `container` for one whose entry process runs, `container-init` for one that is being set
            up, `host`, or `*`.
    """

    name: str
    origin: str


class SelectorError(ValueError):
    """What a signature selects cannot be understood.

    Attributes:
        problem: A sentence.
    """

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)


def read_selectors(selected: Any) -> list[Selector]:
    """What `tracee_selected_events` says, in order and once each.

    Sources other than Tracee are left out, as Tracee does.

    Raises:
        SelectorError: It is something else than a list of objects, names an origin that does not
            exist, or has nothing from Tracee.
    """
    if not isinstance(selected, list):
        raise SelectorError("tracee_selected_events should be a set of objects with source, name and origin")
    found: set[Selector] = set()
    for item in selected:
        if not isinstance(item, dict):
            raise SelectorError("tracee_selected_events has something else than objects in it")
        if item.get("source") != "tracee":
            continue
        name, origin = item.get("name") or ANY, item.get("origin") or ANY
        if not isinstance(name, str) or origin not in ORIGINS:
            raise SelectorError(f"origin {origin!r} should be one of {', '.join(ORIGINS)}")
        found.add(Selector(name, origin))
    if not found:
        raise SelectorError('tracee_selected_events selects nothing whose source is "tracee"')
    return sorted(found)
