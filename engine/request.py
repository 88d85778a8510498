"""What OPA is sent: a batch of documents, in which what several of them say is said once.

Parsing JSON is OPA's largest cost, and most of an event tells of its process, which events that
follow each other share.
"""

from typing import Any, NamedTuple

import msgspec

# What is hardly ever the same for two events, or so small that sharing it saves nothing.
_OWN = ("args", "id", "time", "return_value", "truncated", "origins")


class Part(NamedTuple):
    """One event's document, as two JSON objects.

    Attributes:
        shared: What other events may have in common with it.
        own: The rest.
    """

    shared: bytes
    own: bytes


def part(document: dict[str, Any]) -> Part:
    """*document*, which is used up, in two parts."""
    own = {field: document.pop(field) for field in _OWN if field in document}
    return Part(msgspec.json.encode(document), msgspec.json.encode(own))


class Case(msgspec.Struct, frozen=True):
    """One question about an event and what has been remembered for it.

    Attributes:
        signature: Name of the one that is asked.
        event: Position of its event among those of the request.
        state: Position of its state among those of the request.
    """

    signature: str
    event: int
    state: int


def body(parts: list[Part], signature: str | None = None) -> bytes:
    """The `input` of a request about events.

    Args:
        parts: Of each event, in their order.
        signature: The one to evaluate; all of them where None.
    """
    only = b"" if signature is None else b'"signatures":[%b],' % msgspec.json.encode(signature)
    return b"{%b%b}" % (only, _events(parts))


def body_with_states(cases: list[Case], parts: list[Part], states: list[bytes]) -> bytes:
    """The `input` of a request about events and what has been remembered.

    Args:
        cases: What is asked.
        parts: Of each event, in their order.
        states: Values of `data.state` as JSON, in their order.
    """
    return b'{"cases":%b,%b,"states":[%b]}' % (
        msgspec.json.encode(cases),
        _events(parts),
        b",".join(states),
    )


def _events(parts: list[Part]) -> bytes:
    positions: dict[bytes, int] = {}
    events = [b"[%d,%b]" % (positions.setdefault(one.shared, len(positions)), one.own) for one in parts]
    return b'"shared":[%b],"events":[%b]' % (b",".join(positions), b",".join(events))
