"""The bounded queue between the rings and the bus.

Draining a ring never waits: what does not fit is dropped here, by priority and counted,
and not by the kernel, where the newest of the most important family would go as readily
as the oldest of the least.
"""

from collections import Counter, deque
from typing import TYPE_CHECKING

import msgspec

from collector.ring import Region, event_ids
from tracewire.catalogue import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Callable

# What goes first when there is no room: files are most of the events and the least telling.
_FIRST_TO_GO = ("file", "network", "system", "process")
PRIORITIES: tuple[str, ...] = (*_FIRST_TO_GO, *(family for family in FAMILIES if family not in _FIRST_TO_GO))

# What a batch costs besides its bytes: objects, header, a place in two containers.
_OVERHEAD = 1024


class Batch(msgspec.Struct, gc=False):
    """Events on their way to the bus.

    Attributes:
        family: Whose ring they come from.
        region: As they lay in the ring.
        clock_offset: Add to a time since boot to get nanoseconds since 1970.
        size: Bytes that count against the queue's limit.
        count: Number of events.
        ids: How many of each id; counted when first asked for.
        tallied: Whether `ids` is part of the queue's tally.
    """

    family: str
    region: Region
    clock_offset: int
    size: int
    count: int
    ids: Counter[int] | None = None
    tallied: bool = False

    def events(self) -> Counter[int]:
        """How many events of each id it holds."""
        if self.ids is None:
            self.ids = event_ids(self.region)
        return self.ids


class Queue:
    """Batches between ring and bus, first in first out within a family.

    Every batch that is offered ends as exactly one of waiting, sent (and not yet accepted),
    accepted or dropped; waiting and sent ones count against the limit, and only waiting
    ones can be dropped.

    Attributes:
        limit: Bytes that may wait or be under way.
        on_offer: Called whenever something begins to wait.
        dropped: Events dropped, by id.
        dropped_events: The same, by family.
        accepted_events: Events that the bus has accepted, by family.
        waiting_bytes: What waits, in bytes.
        sent_bytes: What is sent and not yet accepted, in bytes.
    """

    def __init__(self, limit: int) -> None:
        """An empty queue.

        Args:
            limit: Bytes that may wait or be under way.
        """
        self.limit = limit
        self.on_offer: Callable[[], None] = lambda: None
        self._waiting: dict[str, deque[Batch]] = {family: deque() for family in PRIORITIES}
        self._sent: dict[int, Batch] = {}
        self._tally: Counter[int] = Counter()
        self.waiting_bytes = 0
        self.sent_bytes = 0
        self.dropped: Counter[int] = Counter()
        self.dropped_events: Counter[str] = Counter()
        self.accepted_events: Counter[str] = Counter()

    def __len__(self) -> int:
        """Batches that wait or are under way."""
        return sum(map(len, self._waiting.values())) + len(self._sent)

    @property
    def has_waiting(self) -> bool:
        """Whether `next` would return something."""
        return self.waiting_bytes > 0

    def offer(self, family: str, region: Region, clock_offset: int) -> None:
        """Take in *region*. Never waits; makes room by dropping, if need be this one."""
        size = len(region.data) + _OVERHEAD
        batch = Batch(family, region, clock_offset, size, region.count)
        self._waiting[family].append(batch)
        self.waiting_bytes += size
        if self.waiting_bytes + self.sent_bytes > self.limit:
            self._make_room()
        self.on_offer()

    def _make_room(self) -> None:
        for family in PRIORITIES:
            waiting = self._waiting[family]
            while waiting:
                batch = waiting.popleft()
                self.waiting_bytes -= batch.size
                self._leave(batch)
                self._drop(batch)
                if self.waiting_bytes + self.sent_bytes <= self.limit:
                    return

    def _drop(self, batch: Batch) -> None:
        self.dropped += batch.events()
        self.dropped_events[batch.family] += batch.count

    def _leave(self, batch: Batch) -> None:
        if batch.tallied:
            self._tally -= batch.events()

    def next(self) -> Batch | None:
        """The oldest waiting batch of the most important family; it counts as sent from now on."""
        for family in reversed(PRIORITIES):
            if self._waiting[family]:
                batch = self._waiting[family].popleft()
                self.waiting_bytes -= batch.size
                self.sent_bytes += batch.size
                self._sent[id(batch)] = batch
                return batch
        return None

    def settle(self, batch: Batch, *, accepted: bool) -> None:
        """The bus has accepted *batch*, or never will."""
        del self._sent[id(batch)]
        self.sent_bytes -= batch.size
        self._leave(batch)
        if accepted:
            self.accepted_events[batch.family] += batch.count
        else:
            self._drop(batch)

    def queued(self) -> Counter[int]:
        """Events that wait or are under way, by id. Counts each batch once, however often it is asked."""
        for batches in (*self._waiting.values(), self._sent.values()):
            for batch in batches:
                if not batch.tallied:
                    batch.tallied = True
                    self._tally += batch.events()
        return self._tally.copy()

    def queued_events(self, family: str) -> int:
        """Events of *family* that wait or are under way."""
        under_way = sum(batch.count for batch in self._sent.values() if batch.family == family)
        return under_way + sum(batch.count for batch in self._waiting[family])
