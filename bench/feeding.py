"""Recorded batches, given to a running engine, until it has judged the last of them."""

import msgspec

from bench.product import Product, until
from tracewire import subjects
from tracewire.batch import Batch, BatchHeader, encode

_PAIR = 2  # an event, and the `bin` behind it

_envelope = msgspec.msgpack.Decoder(tuple[BatchHeader, list[msgspec.Raw]])


class Received(msgspec.Struct, frozen=True):
    """What an engine says it has received and judged so far."""

    events: int
    wanted: int
    evaluated: int


def events_in(payloads: list[bytes]) -> int:
    """Number of events in batches."""
    return sum(Batch(payload).header.count for payload in payloads)


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


async def received(product: Product) -> Received:
    """The engine's counts."""
    status = await product.status("engine")
    assert status is not None
    detail = status.detail
    return Received(
        events=detail["received"]["events"],
        wanted=detail["received"]["wanted"],
        evaluated=detail["evaluated"]["evaluated"],
    )


async def feed(product: Product, payloads: list[bytes], times: int = 1) -> Received:
    """Publish *payloads* *times* over, wait for the engine, and return what it says of them."""
    before = await received(product)
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

    await until("the engine has judged everything", done)
    after = await received(product)
    return Received(
        after.events - before.events, after.wanted - before.wanted, after.evaluated - before.evaluated
    )
