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


def body(parts: list[Part], signature: str | None = None) -> bytes:
    """The `input` of a request about events.

    Args:
        parts: Of each event, in their order.
        signature: The one to evaluate; all of them where None.
    """
    positions: dict[bytes, int] = {}
    events = [b"[%d,%b]" % (positions.setdefault(one.shared, len(positions)), one.own) for one in parts]
    only = b"" if signature is None else b'"signatures":[%b],' % msgspec.json.encode(signature)
    return b'{%b"shared":[%b],"events":[%b]}' % (only, b",".join(positions), b",".join(events))
