"""What OPA needs to judge an event: with few and with many signatures, in small and in large batches."""

import tempfile
import time
from pathlib import Path

import msgspec

from bench import generated_signatures
from bench.feeding import Load, events_in, feed
from bench.measure import resident_bytes
from bench.product import Product
from bench.result import Result, result
from bench.workload import ordinary_work, recorded

_EVENT = "security_file_open"
_COUNTS = (12, 60, 150, 1000)
_USUAL = 150
_GOAL_MICROSECONDS = 18
_GROWTH = 1.2
_ON_ONE_EVENT = 50
_GROWTH_ON_ONE_EVENT = 2
_BATCHES = (16, 64, 128, 256, 512)
_MEBIBYTE = 1024 * 1024
_ONE = 1


class Cost(msgspec.Struct, frozen=True):
    """Of one judged event, in microseconds; and OPA's memory afterwards.

    Attributes:
        opa: OPA's CPU.
        engine: The engine's CPU.
        wall: From the first event published to the last acknowledged, by all there is.
        opa_mebibytes: Resident.
        signatures: How many were in force.
    """

    opa: float
    engine: float
    wall: float
    opa_mebibytes: float
    signatures: int


async def cost_of(product: Product, load: Load, signatures: list[str], batch: int = 0) -> Cost:
    """The cheapest round of a fresh OPA and engine, with at most *batch* events in a request if not 0."""
    await product.purge()
    settings = {"engine_batch_events": str(batch)} if batch else {}
    opa, engine = await product.engine(signatures, **settings)
    times, rounds = (1, 1) if batch == _ONE else (load.times, load.rounds)
    expected = events_in(load.payloads) * times
    status = await product.status("engine")
    assert status is not None
    # The first requests find nothing compiled, no connection and a small heap.
    await feed(product, load.payloads, 1)
    best: tuple[float, float, float] | None = None
    for _ in range(rounds):
        begin = opa.cpu(), engine.cpu(), time.monotonic_ns()
        seen = await feed(product, load.payloads, times)
        end = opa.cpu(), engine.cpu(), time.monotonic_ns()
        assert seen.evaluated == expected, f"{seen.evaluated} of {expected} events were judged"
        cost = tuple((after - before) / expected / 1000 for before, after in zip(begin, end, strict=True))
        best = min(best, cost) if best else cost
    assert best is not None
    memory = resident_bytes(opa.pid) / _MEBIBYTE
    product.stop(engine)
    product.stop(opa)
    return Cost(*best, memory, status.detail["signatures"])


async def measure(*, quick: bool) -> list[Result]:
    """OPA's and the engine's part by number of signatures, by batch, and with many on one event."""
    counts, batches = ((12, _USUAL), (64,)) if quick else (_COUNTS, _BATCHES)
    results = []
    async with Product() as product:
        payloads = [message.payload for message in await recorded(product, _EVENT, ordinary_work)]
        load = Load(payloads, 1, 1) if quick else Load(payloads, 10, 2)
        shipped = await cost_of(product, load, [])
        results += _judged("shipped", load, shipped, await cost_of(product, load, [], _ONE))
        with tempfile.TemporaryDirectory(prefix="tracewire-bench-") as folder:
            places = {count: Path(folder, str(count)) for count in counts}
            for count, place in places.items():
                generated_signatures.write(place, count)
            costs = {count: await cost_of(product, load, [str(place)]) for count, place in places.items()}
            usual = [str(places[_USUAL])]
            single = await cost_of(product, load, usual, _ONE)
            results += [_counted(count, load, costs, single) for count in counts]
            results += _judged(str(_USUAL), load, costs[_USUAL], single)[1:]
            for batch in batches:
                results.append(_batched(batch, load, await cost_of(product, load, usual, batch), single))
            crowded = Path(folder, "crowded")
            generated_signatures.write(crowded, _USUAL, on_files=_ON_ONE_EVENT)
            results.append(_crowded(load, await cost_of(product, load, [str(crowded)]), costs[_USUAL]))
    return results


def _note(load: Load, cost: Cost) -> str:
    return (
        f"{cost.signatures} signatures, {load.events:,} {_EVENT} events of ordinary work, none of them found."
    )


def _judged(name: str, load: Load, batched: Cost, single: Cost) -> list[Result]:
    note = _note(load, batched)
    return [
        result(
            f"opa_cpu_per_event_{name}",
            batched.opa,
            "us",
            at_most=_GOAL_MICROSECONDS,
            baseline=("one_request_per_event", single.opa),
            note=f"{note} OPA then has {batched.opa_mebibytes:.0f} MiB.",
        ),
        result(
            f"engine_cpu_per_judged_event_{name}",
            batched.engine,
            "us",
            baseline=("one_request_per_event", single.engine),
            note=note,
        ),
        result(
            f"wall_per_judged_event_{name}",
            batched.wall,
            "us",
            baseline=("one_request_per_event", single.wall),
            note=f"{note} Publisher, NATS, engine and OPA share the processors.",
        ),
    ]


def _counted(count: int, load: Load, costs: dict[int, Cost], single: Cost) -> Result:
    """OPA's part with *count* generated signatures; with more than the usual number beside that one."""
    cost = costs[count]
    more = count > _USUAL
    beside = (f"{_USUAL}_signatures", costs[_USUAL]) if more else ("one_request_per_event", single)
    return result(
        f"opa_cpu_per_event_{count}",
        cost.opa,
        "us",
        at_most=round(_GROWTH * costs[_USUAL].opa, 2) if more else _GOAL_MICROSECONDS,
        baseline=(beside[0], beside[1].opa),
        note=f"{_note(load, cost)} OPA then has {cost.opa_mebibytes:.0f} MiB.",
    )


def _batched(batch: int, load: Load, cost: Cost, single: Cost) -> Result:
    return result(
        f"opa_cpu_per_event_in_batches_of_{batch}",
        cost.opa,
        "us",
        baseline=("one_request_per_event", single.opa),
        note=f"{_note(load, cost)} By wall {cost.wall:.1f} us, in single requests {single.wall:.1f} us.",
    )


def _crowded(load: Load, cost: Cost, usual: Cost) -> Result:
    return result(
        "opa_cpu_per_event_fifty_on_it",
        cost.opa,
        "us",
        at_most=round(_GROWTH_ON_ONE_EVENT * usual.opa, 2),
        baseline=("fifteen_on_it", usual.opa),
        note=f"{_note(load, cost)} {_ON_ONE_EVENT} of them judge it, in the baseline {_USUAL // 10}.",
    )
