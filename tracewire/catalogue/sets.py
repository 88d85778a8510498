"""Sets of events, by names of their own: families, and the tags that Tracee's users know."""

from collections.abc import Mapping

from tracewire.catalogue.definition import Definition
from tracewire.catalogue.registry import BY_NAME, EVENTS, FAMILIES
from tracewire.catalogue.syscall import FAMILY as SYSCALL_FAMILY

MAIN: Mapping[str, str] = {
    "syscalls": "every system call, as an event of its own name",
    "file": "what is done with files: opened, removed, renamed, linked, mounted, made executable",
    "network": "what is done with sockets: created, connected, bound, listened on, accepted, duplicated",
    "process": "what processes do with themselves and each other: start, end, trace, change users",
    "system": "modules that are loaded, and BPF programs",
    "container": "containers that begin and end, and their cgroups",
    "default": "what Tracee shows if nothing is asked for",
}
"""The sets that a newcomer needs, and what is in them."""


def _sets() -> dict[str, tuple[Definition, ...]]:
    found = {
        family: tuple(event for event in EVENTS if event.family == family)
        for family in FAMILIES
        if family != SYSCALL_FAMILY
    }
    for tag in sorted({tag for event in EVENTS for tag in event.tags}):
        # A family goes before a tag of its name; `ipc` and `time` are system calls.
        if tag not in found and tag not in BY_NAME:
            found[tag] = tuple(event for event in EVENTS if tag in event.tags)
    return found


SETS: Mapping[str, tuple[Definition, ...]] = _sets()
"""The events of each set, in the order of the catalogue; no set has the name of an event."""
