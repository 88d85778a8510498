"""How much one signature may say about one event."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from engine.opa import Match

MOST = 100
"""Findings, and as many facts, of one signature about one event.

The most that a signature with a reason has said is some dozens: variables of an environment, open files.
One that pairs everything with everything would fill the stream of findings by a single event.
"""

_sorted = msgspec.json.Encoder(order="sorted")


class Crowd(NamedTuple):
    """Who says too much.

    Attributes:
        position: Of the event.
        signature: Its name.
        amount: How many findings, or facts.
    """

    position: int
    signature: str
    amount: int

    @property
    def reason(self) -> str:
        """Why it is not used any more."""
        return f"it says {self.amount} things about one event, of which the first {MOST} are kept"


def bounded(matches: Iterable[Match]) -> tuple[list[Match], list[Crowd]]:
    """*matches* with at most `MOST` of each signature, event and rule, and who had more.

    Which ones are kept depends on what they say and not on their order: what is evaluated once
    more must be the same findings.
    """
    matches = list(matches)
    counted = Counter((match.position, match.signature, match.rule) for match in matches)
    crowds = [Crowd(position, name, count) for (position, name, _), count in counted.items() if count > MOST]
    if not crowds:
        return matches, []
    kept: list[Match] = []
    taken: Counter[tuple[int, str, str]] = Counter()
    for match in sorted(matches, key=lambda one: _sorted.encode(one.data)):
        key = (match.position, match.signature, match.rule)
        if taken[key] < MOST:
            taken[key] += 1
            kept.append(match)
    return kept, crowds
