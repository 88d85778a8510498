"""What somebody wants to see. Without interest nothing is collected."""

import time

import msgspec


class EventInterest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which instances of one event are wanted.

    Attributes:
        clauses: Any of these must hold; empty means every instance. A clause maps a
            field to its condition, and all of its fields must hold; see `tracewire.clause`.
        arguments: Arguments to send that are otherwise left out (`on_request` in the catalogue).
    """

    clauses: list[dict[str, msgspec.Raw]] = []
    arguments: list[str] = []


class Interest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One asker's interest, as stored in the bucket under a key of its own.

    Attributes:
        asker: Who asks, for people: `signatures sha256:...`, `tracewire events`.
        events: By event name.
        revision: Of what it was derived from.
        because: By event name, who of those that ask together needs it: names of signatures.
        expires: Seconds since 1970 after which it no longer counts, for an asker that
            may vanish without a word; 0: never.
    """

    asker: str
    events: dict[str, EventInterest]
    revision: str = ""
    expires: float = 0.0
    because: dict[str, list[str]] = {}

    def holds(self, now: float | None = None) -> bool:
        """Whether it still counts."""
        return not self.expires or (time.time() if now is None else now) < self.expires


ENGINE_KEY = "engine"
"""Key of the interest that all replicas of the engine share."""


def union(interests: list[Interest]) -> dict[str, EventInterest]:
    """What has to be collected so that every asker sees what it wants.

    One asker that wants every instance of an event makes the union want them all.
    """
    merged: dict[str, EventInterest] = {}
    for interest in interests:
        for name, wanted in interest.events.items():
            before = merged.get(name)
            if before is None:
                merged[name] = wanted
                continue
            everything = not before.clauses or not wanted.clauses
            merged[name] = EventInterest(
                clauses=[] if everything else [*before.clauses, *wanted.clauses],
                arguments=sorted({*before.arguments, *wanted.arguments}),
            )
    return merged
