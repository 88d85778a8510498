"""The books: what became of every event, from the kernel's counts and the queue's.

Events that pass are never looked at one by one here: only the kernel's counters (one lookup
per event type and second) and what lingers in the queue are counted by id. So `published`
is what was written to a ring and is nowhere else: not queued, not dropped, not still in the
ring. That would make the books balance by definition, whatever was lost on the way;
therefore the number of events in accepted batches is counted for each family as well, and
what it does not confirm is not called published but stays as a difference.
"""

import struct
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from collector.batches import Queue
from collector.libbpf import Map
from collector.ring import Ring
from tracewire.catalogue import BY_ID
from tracewire.ledger import EventCounts

_COUNTS = struct.Struct("=6Q")  # struct counts in bpf/maps.h
_KEY = struct.Struct("=I")
_FRESH_SECONDS = 0.1


class KernelCounts(NamedTuple):
    """The kernel's counts of one event, of one CPU or of all."""

    generated: int = 0
    filtered: int = 0
    lost_ring: int = 0
    lost_scratch: int = 0
    lost_size: int = 0
    truncated: int = 0

    @property
    def lost(self) -> int:
        """Wanted, and not written."""
        return self.lost_ring + self.lost_scratch + self.lost_size

    @property
    def written(self) -> int:
        """Records in the ring, or taken out of it."""
        return self.generated - self.filtered - self.lost


class Books:
    """Counts of events that have been wanted since the session began."""

    def __init__(self, counts: Map | None, rings: Mapping[str, Ring], queue: Queue) -> None:
        """Open them.

        Args:
            counts: The kernel's counters; None where no object could be loaded.
            rings: By family.
            queue: Counts what it drops and passes.
        """
        self._counts = counts
        self._rings = rings
        self._queue = queue
        self._events: set[int] = set()
        self._lost: dict[str, int] = {}
        self._lost_at = 0.0
        self._published: Counter[int] = Counter()

    def follow(self, events: Iterable[int]) -> None:
        """Count these events, by id, from now on. What was ever counted stays in the books."""
        self._events.update(events)

    def lost(self, family: str) -> int:
        """Events of *family* lost so far; the kernel's part may be a tenth of a second old."""
        now = time.monotonic()
        if now - self._lost_at > _FRESH_SECONDS:
            self._lost_at = now
            self._lost = Counter()
            for event, cpus in self._read().items():
                self._lost[BY_ID[event].family] += sum(cpu.lost for cpu in cpus)
        return self._lost.get(family, 0) + self._queue.dropped_events[family]

    def cpus(self) -> dict[str, list[list[int]]]:
        """By event name, for each CPU [generated, filtered, lost_ring, lost_scratch]."""
        return {BY_ID[event].name: [list(cpu[:4]) for cpu in cpus] for event, cpus in self._read().items()}

    def balance(self) -> dict[str, EventCounts]:
        """What became of the instances of each event, by name.

        Exact when no event is being written at this moment; otherwise `published` may be
        off by the events of the last microseconds, and the next reading corrects it.
        """
        before = self._totals(self._read())
        in_rings, queued = self._in_rings(), self._queue.queued()
        kernel = self._totals(self._read())
        dropped = self._queue.dropped
        published = Counter(
            {
                event: max(0, counts.written - in_rings[event] - queued[event] - dropped[event])
                for event, counts in kernel.items()
            }
        )
        if before == kernel:
            self._confirm(published, kernel)
        for event, count in published.items():
            # An event counted and not yet in its ring must not make it go backwards.
            published[event] = self._published[event] = (
                max(count, self._published[event]) if before != kernel else count
            )
        return {
            BY_ID[event].name: EventCounts(
                generated=counts.generated,
                filtered=counts.filtered,
                lost_ring=counts.lost_ring,
                lost_scratch=counts.lost_scratch,
                lost_size=counts.lost_size,
                truncated=counts.truncated,
                queued=queued[event],
                dropped=dropped[event],
                published=published[event],
            )
            for event, counts in kernel.items()
        }

    def _confirm(self, published: Counter[int], kernel: Mapping[int, KernelCounts]) -> None:
        """Take away from *published* what no accepted batch accounts for."""
        claimed: Counter[str] = Counter()
        for event, count in published.items():
            claimed[BY_ID[event].family] += count
        for family, count in claimed.items():
            difference = count - self._queue.accepted_events[family]
            if difference:
                # Which of the family's events it was is not known: the most frequent one shows it.
                mine = [event for event in kernel if BY_ID[event].family == family]
                published[max(mine, key=lambda event: published[event])] -= difference

    def _in_rings(self) -> Counter[int]:
        total: Counter[int] = Counter()
        for ring in self._rings.values():
            total += ring.waiting_ids()
        return total

    def _read(self) -> dict[int, list[KernelCounts]]:
        if self._counts is None:
            return {}
        return {
            event: [KernelCounts(*_COUNTS.unpack(cpu)) for cpu in self._counts.get_per_cpu(_KEY.pack(event))]
            for event in sorted(self._events)
        }

    @staticmethod
    def _totals(counts: Mapping[int, list[KernelCounts]]) -> dict[int, KernelCounts]:
        return {event: KernelCounts(*map(sum, zip(*cpus, strict=True))) for event, cpus in counts.items()}
