"""What an event costs the collector between ring and NATS, and how many it moves without loss."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import msgspec

from bench import load
from bench.product import Process, Product
from bench.result import Result, result

_EVENT = "ptrace"
_GOAL_NANOSECONDS = 300
_GOAL_RATE = 500_000
# Offered events per second; the last step is as many as one core can make.
_STEPS = (100_000, 250_000, 500_000, 650_000, 800_000, 1_000_000, 0)
# Once more where something was lost: another task may have held the collector's core.
_TRIES = 2
_ALMOST = 0.95
_WAYS = {"product": "collector", "ctypes_callback": "bench.callback_collector"}


class Run(msgspec.Struct, frozen=True):
    """One load through one collector.

    Attributes:
        cpu: Nanoseconds of the collector's CPU per published event.
        rate: Events per second that were really offered.
        lost: Events lost or dropped.
        published: Events that NATS has accepted.
    """

    cpu: float
    rate: float
    lost: int
    published: int


async def _run(product: Product, process: Process, count: int, rate: int) -> Run:
    """Offer *count* events, *rate* a second, to the collector that runs as *process*."""
    await product.purge()
    before = await product.counts(_EVENT)
    cpu = process.cpu()
    nanoseconds = await asyncio.to_thread(load.at_rate, _EVENT, count, rate)
    await product.until_quiet()
    cpu = process.cpu() - cpu
    # Waits for a ledger in which generated = published + lost exactly.
    after = await product.counts(_EVENT)
    generated = after.generated - before.generated
    assert generated >= count, f"{generated} of {count} events were generated"
    published = after.published - before.published
    return Run(cpu / max(published, 1), count * 1e9 / nanoseconds, generated - published, published)


@contextlib.asynccontextmanager
async def _collecting(product: Product, way: str) -> AsyncIterator[Process]:
    """Within the block a collector of that kind collects the event."""
    process = product.collector(cpu=load.PRODUCT_CPU, module=_WAYS[way])
    try:
        async with product.wanting(_EVENT):
            yield process
    finally:
        product.stop(process)


async def _cheapest(product: Product, count: int, rounds: int) -> dict[str, Run]:
    best: dict[str, Run] = {}
    for _ in range(rounds):
        for way in _WAYS:
            async with _collecting(product, way) as process:
                run = await _run(product, process, count, _GOAL_RATE)
            if way not in best or (run.lost, run.cpu) < (best[way].lost, best[way].cpu):
                best[way] = run
    return best


async def _lossless(product: Product, way: str, seconds: float) -> Run:
    """The fastest load of which nothing was lost."""
    best = Run(0.0, 0.0, 0, 0)
    async with _collecting(product, way) as process:
        for rate in _STEPS:
            for _ in range(_TRIES):
                run = await _run(product, process, int((rate or _STEPS[-2]) * seconds), rate)
                if not run.lost:
                    break
            if run.lost:
                break
            best = max(best, run, key=lambda each: each.rate)
    return best


async def measure(*, quick: bool) -> list[Result]:
    """Both figures."""
    seconds, rounds = (0.2, 1) if quick else (2.0, 2)
    async with Product() as product:
        best = await _cheapest(product, int(_GOAL_RATE * seconds), rounds)
        lossless = {way: await _lossless(product, way, seconds) for way in _WAYS}
    own, callback = best["product"], best["ctypes_callback"]
    fastest = lossless["product"]
    return [
        result(
            "collector_cpu_per_event",
            own.cpu,
            "ns",
            at_most=_GOAL_NANOSECONDS,
            condition=not own.lost and own.rate > _ALMOST * _GOAL_RATE,
            baseline=("ctypes_callback", callback.cpu),
            note=f"At {own.rate:,.0f} events/s offered, {own.lost:,} of {own.published + own.lost:,} lost "
            f"(the callback: {callback.rate:,.0f} events/s, {callback.lost:,} lost). "
            "The books balance exactly.",
            if_missed="An event's bytes are copied several times between ring and socket, and most of them "
            "tell of its process (see security_file_open_bytes): sending that once would spare them.",
        ),
        result(
            "collector_lossless_rate",
            fastest.rate,
            "events/s",
            at_least=_GOAL_RATE,
            baseline=("ctypes_callback", lossless["ctypes_callback"].rate),
            note=f"The collector used {fastest.cpu * fastest.rate / 1e7:.0f} % of one core; "
            "NATS and the load share the cores with it.",
            if_missed="The ring holds 8 MiB: whoever keeps the collector from its core for some ten "
            "milliseconds makes it overflow. A larger one (TRACEWIRE_COLLECTOR_RING_MEBIBYTES), or a third "
            "core for NATS, would help.",
        ),
    ]
