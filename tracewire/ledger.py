"""What became of every event: generated = filtered + published + lost + queued."""

import msgspec


class EventCounts(msgspec.Struct, kw_only=True):
    """Counts of one event on one node since the collector's session began.

    Attributes:
        generated: Instances that reached the decision whether they are wanted.
        filtered: Decided against.
        lost_ring: No room in the ring buffer.
        lost_scratch: No free buffer to write it in (nested too deep).
        lost_size: Larger than an event may be.
        truncated: Sent with at least one argument cut. Also counted as published.
        queued: Read from the ring, not yet accepted by NATS.
        dropped: Read from the ring, and dropped because the queue was full.
        published: Accepted by NATS.
    """

    generated: int = 0
    filtered: int = 0
    lost_ring: int = 0
    lost_scratch: int = 0
    lost_size: int = 0
    truncated: int = 0
    queued: int = 0
    dropped: int = 0
    published: int = 0

    def balance(self) -> int:
        """What is not accounted for: 0, or the number of events still in the ring."""
        lost = self.lost_ring + self.lost_scratch + self.lost_size + self.dropped
        return self.generated - self.filtered - lost - self.queued - self.published


class Ledger(msgspec.Struct, kw_only=True):
    """One node's books, published once a second.

    Attributes:
        node: Name of the host.
        session: Unique for each start of the collector.
        time: UTC, RFC 3339.
        events: By event name.
        cpus: By event name, for each CPU [generated, filtered, lost_ring, lost_scratch].
        missed_calls: By program, calls that the kernel skipped because the program was
            already running on that CPU (`recursion_misses`).
        sequences: By family, the number of the next batch.
        generation: Of the interest that is applied.
    """

    node: str
    session: str
    time: str
    events: dict[str, EventCounts] = {}
    cpus: dict[str, list[list[int]]] = {}
    missed_calls: dict[str, int] = {}
    sequences: dict[str, int] = {}
    generation: int = 0
