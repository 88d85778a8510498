"""Recorded batches, given to running engines, until they have judged the last of them."""

from typing import TYPE_CHECKING

import msgspec

from bench.product import Product, until
from tracewire import subjects
from tracewire.batch import Batch, BatchHeader, encode

if TYPE_CHECKING:
    from tracewire.status import ServiceStatus

_PAIR = 2  # an event, and the `bin` behind it

_envelope = msgspec.msgpack.Decoder(tuple[BatchHeader, list[msgspec.Raw]])


class Received(msgspec.Struct, frozen=True):
    """What engines together say they have received, judged and found so far."""

    events: int
    wanted: int
    evaluated: int
    findings: int


def events_in(payloads: list[bytes]) -> int:
    """Number of events in batches."""
    return sum(Batch(payload).header.count for payload in payloads)


class Load(msgspec.Struct, frozen=True):
    """What engines are given.

    Attributes:
        payloads: Recorded batches.
        times: How often each is published in a round.
        rounds: Of which the cheapest counts.
    """

    payloads: list[bytes]
    times: int
    rounds: int

    @property
    def events(self) -> int:
        """In a round."""
        return events_in(self.payloads) * self.times


def one_by_one(payloads: list[bytes], most: int) -> list[bytes]:
    """The first *most* events of batches, each as a batch of its own."""
    singles: list[bytes] = []
    for payload in payloads:
        header, records = _envelope.decode(payload)
        for at in range(0, len(records), _PAIR):
            if len(singles) == most:
                return singles
            singles.append(encode(msgspec.structs.replace(header, count=1), records[at : at + _PAIR]))
    return singles


def of_another_boot(payloads: list[bytes], boot: str) -> list[bytes]:
    """The same as if they had happened after another start of the kernel: other events, by their ids."""
    decoded = [_envelope.decode(payload) for payload in payloads]
    return [encode(msgspec.structs.replace(header, boot=boot), records) for header, records in decoded]


async def received(product: Product, engines: int = 1) -> Received:
    """The counts of all *engines*."""
    statuses: list[ServiceStatus] = []

    async def answered() -> bool:
        statuses[:] = await product.engines()
        return len(statuses) == engines

    await until(f"{engines} engines answer", answered)
    details = [status.detail for status in statuses]
    return Received(
        events=sum(detail["received"]["events"] for detail in details),
        wanted=sum(detail["received"]["wanted"] for detail in details),
        evaluated=sum(detail["evaluated"]["evaluated"] for detail in details),
        findings=sum(detail["findings"] for detail in details),
    )


async def feed(product: Product, payloads: list[bytes], times: int = 1, *, engines: int = 1) -> Received:
    """Publish *payloads* *times* over, wait for the *engines*, and return what they say of them."""
    before = await received(product, engines)
    header = Batch(payloads[0]).header
    where = subjects.events(header.node, header.family)
    for _ in range(times):
        for payload in payloads:
            await product.client.publish(where, payload)
        await product.client.flush()
    jetstream = product.client.jetstream()

    async def done() -> bool:
        info = await jetstream.consumer_info(subjects.EVENTS_STREAM, subjects.ENGINE_CONSUMER)
        return not info.num_pending and not info.num_ack_pending

    await until("everything has been judged", done)
    after = await received(product, engines)
    return Received(
        after.events - before.events,
        after.wanted - before.wanted,
        after.evaluated - before.evaluated,
        after.findings - before.findings,
    )
