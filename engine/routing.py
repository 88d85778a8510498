"""Which signatures an event concerns, told by the clauses that the kernel found to hold."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

import msgspec

from engine.bundle import Bundle
from engine.residual import Asked
from tracewire.catalogue import BY_NAME
from tracewire.clause import Clause, to_raw

# A collector counts its own generations from 1: what has this bit is no such number.
_FROM_ENGINE = 0x8000_0000

# Of interests that events may still be on their way for: an interest that changes takes a second.
_MOST_ROUTES = 4096


def generation_of(event: str, clauses: Sequence[Clause]) -> int:
    """A number for *clauses* in their order, 0 for none; different ones differ but once in 2³¹."""
    if not clauses:
        return 0
    said = msgspec.json.encode([event, [to_raw(clause) for clause in clauses]])
    return int.from_bytes(sha256(said).digest()[:4], "big") | _FROM_ENGINE


class Route(NamedTuple):
    """What the bits of one generation say.

    Attributes:
        signatures: For each bit, from the lowest on, names of signatures.
        versions: By the names of all signatures that were asked about, which version of it.
    """

    signatures: tuple[frozenset[str], ...]
    versions: dict[str, str]


class Routes:
    """What the engine knows of generations, because it has derived their clauses itself.

    Those of other revisions, of collectors that decide by no clauses, and of engines with other
    signatures are not here: their events concern everybody.

    Attributes:
        changes: Counts what was learnt.
    """

    def __init__(self) -> None:
        self.changes = 0
        self._known: dict[tuple[int, int], Route] = {}

    def learn(self, bundle: Bundle, asked: dict[str, list[Asked]]) -> None:
        """Remember what the generations of *asked* stand for.

        Args:
            bundle: Whose signatures were asked about.
            asked: By event name, the clauses in the order of their bits; none where every instance is wanted.
        """
        for name, clauses in asked.items():
            generation = generation_of(name, [one.clause for one in clauses])
            if not generation:
                continue
            route = Route(
                tuple(one.signatures for one in clauses),
                {signature: bundle.version_of(signature) for signature in bundle.judging(name)},
            )
            key = BY_NAME[name].id, generation
            self._known.pop(key, None)
            self._known[key] = route
        while len(self._known) > _MOST_ROUTES:
            del self._known[next(iter(self._known))]
        self.changes += 1

    def get(self, event_id: int, generation: int) -> Route | None:
        """What the bits of *generation* say in that event; None if that is not known."""
        return self._known.get((event_id, generation))


def judges(route: Route, bundles: Iterable[Bundle], event: str, clauses: int) -> frozenset[str]:
    """Names of the signatures that can find anything in an instance of *event* for which *clauses* hold.

    Args:
        route: Of its generation.
        bundles: Any of them may judge it: a signature that is not the very one that the route
            was made for is concerned by everything.
        event: Its name.
        clauses: A bit for each that may hold, as the kernel has it.
    """
    concerned = {name for bit, names in enumerate(route.signatures) if clauses >> bit & 1 for name in names}
    return frozenset(
        name
        for bundle in bundles
        for name in bundle.judging(event)
        if name in concerned or route.versions.get(name) != bundle.version_of(name)
    )
