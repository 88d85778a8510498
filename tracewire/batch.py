"""Many events in one message.

A batch is a msgpack array of two: the header, and an array of records. Among the
records stand `bin` values between the events: they are the ring buffer's own record
headers, which the collector forwards rather than copies around (see
docs/decisions/0002-ring-image.md). They mean nothing, and readers skip them.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from tracewire.errors import BatchError
from tracewire.event import Event, EventHead

VERSION = 1


class BatchHeader(msgspec.Struct, array_like=True, frozen=True):
    """What holds for all events of a batch.

    Attributes:
        version: Of this format.
        node: Name of the host, as in the subject.
        boot: The kernel's boot id, so that times since boot can be told apart.
        session: Unique for each start of the collector.
        family: Which BPF object's events these are.
        sequence: Counts the batches of this session and family from 0 without a gap.
        clock_offset: Add to a time since boot to get nanoseconds since 1970.
        count: Number of events.
        lost: Events of this family lost on this node since the session began, up to this batch.
    """

    version: int
    node: str
    boot: str
    session: str
    family: str
    sequence: int
    clock_offset: int
    count: int
    lost: int


# One pass over the message: most events are of no interest, and then to skip them is what they cost.
_beginnings = msgspec.msgpack.Decoder(tuple[BatchHeader, list[EventHead | bytes]])
_envelope = msgspec.msgpack.Decoder(tuple[msgspec.Raw, msgspec.Raw])
_raws = msgspec.msgpack.Decoder(tuple[msgspec.Raw, list[msgspec.Raw]])
_event = msgspec.msgpack.Decoder(Event)


class Batch:
    """A batch that has been received.

    Attributes:
        header: What holds for all of its events.
        heads: The beginning of each event.
    """

    def __init__(self, payload: bytes) -> None:
        """Read *payload*.

        Raises:
            BatchError: It is not msgpack, is cut short, or is of a version that this code does not know.
        """
        self._payload = payload
        try:
            self.header, self._mixed = _beginnings.decode(payload)
        except (msgspec.DecodeError, RecursionError) as error:
            raise BatchError(_unknown_version(payload) or str(error), size=len(payload)) from error
        if self.header.version != VERSION:
            raise BatchError(_other(self.header.version), size=len(payload))
        self.heads = [head for head in self._mixed if type(head) is EventHead]
        if len(self.heads) != self.header.count:
            problem = f"{len(self.heads)} events where its header counts {self.header.count}"
            raise BatchError(problem, size=len(payload))

    def select(
        self, wanted: set[int] | frozenset[int], unreadable: list[BatchError] | None = None
    ) -> Iterator[Event]:
        """The events whose id is in *wanted*, in order.

        Args:
            wanted: Ids in the catalogue.
            unreadable: Takes what is wrong with events that cannot be read, which are then left out.

        Raises:
            BatchError: An event's beginning could be read and its rest cannot, and *unreadable* is None.
        """
        if not any(head.event_id in wanted for head in self.heads):
            return
        try:
            _, raws = _raws.decode(self._payload)
        except RecursionError as error:
            raise BatchError(str(error), size=len(self._payload)) from error
        for head, raw in zip(self._mixed, raws, strict=True):
            if type(head) is EventHead and head.event_id in wanted:
                try:
                    event = _event.decode(raw)
                except (msgspec.DecodeError, RecursionError) as error:
                    problem = BatchError(f"event {head.event_id}: {error}", size=len(raw))
                    if unreadable is None:
                        raise problem from error
                    unreadable.append(problem)
                    continue
                yield event

    def events(self) -> Iterator[Event]:
        """All events, in order."""
        return self.select({head.event_id for head in self.heads})


def _other(version: Any) -> str:
    return f"version {version!r}, and {VERSION} is known"


def _unknown_version(payload: bytes) -> str:
    """A sentence if *payload* says that it is of a version that is not known; else nothing."""
    try:
        version = msgspec.msgpack.decode(_envelope.decode(payload)[0])[0]
    except (msgspec.DecodeError, RecursionError, TypeError, LookupError):
        return ""
    return "" if version == VERSION else _other(version)


def encode(header: BatchHeader, records: list[msgspec.Raw]) -> bytes:
    """A batch of *records*, each an event as the kernel wrote it.

    For tests and for replay: the collector assembles batches from memory it does not read.
    """
    return msgspec.msgpack.encode((header, records))
