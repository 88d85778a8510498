"""The rings, read on a timer.

Programs write without waking anybody: a wakeup per record costs the traced process more
than the record itself. The price is a bounded delay.
"""

import asyncio
from collections.abc import Mapping

from collector.batches import Queue
from collector.clock import Clock
from collector.ring import Ring

# Regions from one ring in a row, before the other rings and the bus get their turn.
_TURN = 4

# A full ring of 8 MiB takes ten.
_TURNS_IN_DRAIN = 64

# More than this in a ring is worth a further look at once rather than after a tick.
_PLENTY_BYTES = 192 * 1024

# A message costs as much as some hundred events: from this many bytes in a tick on, waiting
# a little longer for fuller messages halves the cost of each event.
_BUSY_BYTES = 16 * 1024
_BUSY_SECONDS = 0.005

_IDLE_SECONDS = 0.010
_GROWTH = 1.3


class Pump:
    """Moves what the rings hold into the queue.

    Attributes:
        moved: Events so far.
    """

    def __init__(self, rings: Mapping[str, Ring], queue: Queue, clock: Clock, *, tick_seconds: float) -> None:
        """A pump that stands still until `start`.

        Args:
            rings: By family.
            queue: Where to.
            clock: Stamps regions.
            tick_seconds: Between two looks while there is something to read; the pause
                grows to 10 ms while there is nothing.
        """
        self._rings = rings
        self._queue = queue
        self._clock = clock
        self.moved = 0
        self._tick = tick_seconds
        self._pause = tick_seconds
        self._timer: asyncio.TimerHandle | asyncio.Handle | None = None

    def start(self) -> None:
        """Read from now on. Again does nothing."""
        if self._timer is None:
            self._pause = self._tick
            self._timer = asyncio.get_running_loop().call_soon(self._look)

    def stop(self) -> None:
        """Read no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def drain(self) -> int:
        """Move what the rings hold, and return how many events; not for ever if they fill as fast."""
        total = 0
        for _ in range(_TURNS_IN_DRAIN):
            count, _ = self._turn()
            total += count
            if not count:
                break
        self.moved += total
        return total

    def _turn(self) -> tuple[int, int]:
        """Events and bytes moved by one look at every ring."""
        count = size = 0
        for family, ring in self._rings.items():
            for _ in range(_TURN):
                region = ring.take()
                if region is None:
                    break
                self._queue.offer(family, region, self._clock.offset)
                count += region.count
                size += len(region.data)
        return count, size

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        count, size = self._turn()
        self.moved += count
        if not count:
            self._pause = min(self._pause * _GROWTH, max(_IDLE_SECONDS, self._tick))
        elif any(ring.waiting() > _PLENTY_BYTES for ring in self._rings.values()):
            self._timer = loop.call_soon(self._look)
            return
        else:
            self._pause = self._tick if size < _BUSY_BYTES else max(self._tick, _BUSY_SECONDS)
        self._timer = loop.call_later(self._pause, self._look)
