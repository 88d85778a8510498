"""What somebody wants to see. Without interest nothing is collected."""

import time

import msgspec


class EventInterest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which instances of one event are wanted.

    Attributes:
        clauses: Any of these must hold; empty means every instance. A clause maps a
            field to its condition, and all of its fields must hold; see `tracewire.clause`.
        arguments: Arguments to send that are otherwise left out (`on_request` in the catalogue).
        generation: Which clauses these are. An event carries it, and a bit for each of them from
            the lowest on, if a collector decides by all of them; 0: nobody has to know.
    """

    clauses: list[dict[str, msgspec.Raw]] = []
    arguments: list[str] = []
    generation: int = 0


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

    One asker that wants every instance of an event makes the union want them all: by a clause
    without conditions where the bits of others tell their asker what it need not look at.
    """
    by_event: dict[str, list[EventInterest]] = {}
    for interest in interests:
        for name, wanted in interest.events.items():
            by_event.setdefault(name, []).append(wanted)
    return {name: _together(wanted) for name, wanted in by_event.items()}


def _together(wanted: list[EventInterest]) -> EventInterest:
    if len(wanted) == 1:
        return wanted[0]
    # The bits are counted from the first clause on.
    first = next((one for one in wanted if one.generation and one.clauses), None)
    listed = wanted if first is None else [first, *(one for one in wanted if one is not first)]
    clauses = [clause for one in listed for clause in one.clauses or [{}]]
    if first is None and {} in clauses:
        clauses = []
    return EventInterest(
        clauses=clauses,
        arguments=sorted({argument for one in wanted for argument in one.arguments}),
        generation=0 if first is None else first.generation,
    )
