"""What an event costs the engine that no signature wants."""

from functools import partial

from bench import load
from bench.feeding import events_in, feed, one_by_one
from bench.product import Process, Product
from bench.result import Result, result
from bench.workload import recorded

_EVENT = "setfsuid"
_RATE = 200_000
_GOAL_MICROSECONDS = 1


async def _cost(product: Product, engine: Process, payloads: list[bytes], times: int) -> float:
    """Microseconds of the engine's CPU for each event."""
    expected = events_in(payloads) * times
    begin = engine.cpu()
    seen = await feed(product, payloads, times)
    cost = engine.cpu() - begin
    assert (seen.events, seen.wanted) == (expected, 0), f"{seen} of {expected} events, none of them wanted"
    return cost / expected / 1000


async def measure(*, quick: bool) -> list[Result]:
    """One figure."""
    count, times, singles, rounds = (5_000, 2, 500, 1) if quick else (50_000, 8, 5_000, 3)
    work = partial(load.at_rate, _EVENT, count, _RATE)
    async with Product() as product:
        payloads = [message.payload for message in await recorded(product, _EVENT, work)]
        await product.purge()
        _, engine = await product.engine()
        alone = one_by_one(payloads, singles)
        batched, single = float("inf"), float("inf")
        for _ in range(rounds):
            batched = min(batched, await _cost(product, engine, payloads, times))
            single = min(single, await _cost(product, engine, alone, 1))
    return [
        result(
            "engine_cpu_per_unwanted_event",
            batched,
            "us",
            at_most=_GOAL_MICROSECONDS,
            baseline=("one_event_per_message", single),
            note=f"{events_in(payloads):,} recorded {_EVENT} events in {len(payloads)} batches, "
            f"{times} times over; from the bus to the acknowledgement.",
            if_missed="Deciding that nobody wants an event takes decoding its first fields and skipping the "
            "rest, most of which tells of its process; a subject or a batch for each event would spare both.",
        )
    ]
