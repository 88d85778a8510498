"""The facts under one key, as they are stored; without a clock and without a bus."""

from collections.abc import Iterable
from typing import Any

import msgspec

from engine.fact import Fact

# Enough for any threshold that tells a scan or a flood from work, and few enough that an entry,
# which is written as a whole with each change, stays small.
MOST_ITEMS = 256

_NANOSECONDS = 1_000_000_000


class Kept(msgspec.Struct, array_like=True, frozen=True):
    """One fact.

    Attributes:
        at: When it happened, nanoseconds since 1970.
        seconds: How long it counts.
        about: From the signature.
    """

    at: int
    seconds: float
    about: Any = None

    @property
    def until(self) -> int:
        """When it does not count any more, nanoseconds since 1970."""
        return self.at + int(self.seconds * _NANOSECONDS)


class Reported(msgspec.Struct, frozen=True):
    """The finding that has been made of the facts under a key.

    Attributes:
        event: Id of the event that it is about.
        until: Until when there is no second one, nanoseconds since 1970.
    """

    event: str
    until: int


class Remembered(msgspec.Struct, frozen=True):
    """The facts under one key.

    Attributes:
        key: What the signature calls it; what is stored under is a hash of it.
        items: By name.
        reported: What has been made of them; None for nothing yet.
        left_out: Facts that found no room.
    """

    key: str
    items: dict[str, Kept] = {}
    reported: Reported | None = None
    left_out: int = 0

    @property
    def newest(self) -> int:
        """When the last of them happened, nanoseconds since 1970; 0 if there is none."""
        return max((kept.at for kept in self.items.values()), default=0)

    @property
    def until(self) -> int:
        """When nothing of it matters any more, nanoseconds since 1970."""
        ends = [kept.until for kept in self.items.values()]
        return max(ends + ([self.reported.until] if self.reported else []), default=0)

    def lacks(self, name: str, at: int, fact: Fact) -> bool:
        """Whether *fact* of the time *at* would change anything.

        The same fact again does once half of its time is over: only then is it written anew.
        """
        kept = self.items.get(name)
        return kept is None or at - kept.at > fact.seconds * _NANOSECONDS / 2

    def is_reported(self, at: int, event: str) -> bool:
        """Whether a finding about another event than *event* still stands at the time *at*."""
        return self.reported is not None and self.reported.event != event and at < self.reported.until

    def with_facts(self, facts: Iterable[tuple[str, int, Fact]]) -> "Remembered":
        """This with *facts*, each with its name and its time, and without what is over by then."""
        items = dict(self.items)
        left_out = self.left_out
        for name, at, fact in facts:
            kept = items.get(name)
            if kept is not None:
                items[name] = Kept(max(at, kept.at), max(fact.seconds, kept.seconds), fact.about)
                continue
            if len(items) >= MOST_ITEMS:
                items = _counting(items, at)
            if len(items) >= MOST_ITEMS:
                left_out += 1
                continue
            items[name] = Kept(at, fact.seconds, fact.about)
        newest = max((kept.at for kept in items.values()), default=0)
        return msgspec.structs.replace(self, items=_counting(items, newest), left_out=left_out)

    def with_report(self, event: str, at: int) -> "Remembered":
        """This with a finding about *event*, which stands as long as the longest of the facts counts."""
        longest = max((kept.seconds for kept in self.items.values()), default=0.0)
        until = max(at, self.newest) + int(longest * _NANOSECONDS)
        return msgspec.structs.replace(self, reported=Reported(event, until))

    def shown(self) -> dict[str, dict[str, Any]]:
        """What a signature sees of it: by item, when it happened (`at`) and what it is `about`."""
        return {name: {"at": kept.at, "about": kept.about} for name, kept in self.items.items()}


def _counting(items: dict[str, Kept], at: int) -> dict[str, Kept]:
    """Those that are not over at the time *at*."""
    return {name: kept for name, kept in items.items() if kept.until > at}
