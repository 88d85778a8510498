"""What OPA needs to judge an event, with few and with many signatures."""

import tempfile
from pathlib import Path

import msgspec

from bench import generated_signatures
from bench.feeding import events_in, feed
from bench.measure import resident_bytes
from bench.product import Product
from bench.result import Result, result
from bench.workload import ordinary_work, recorded

_EVENT = "security_file_open"
_GOAL_MICROSECONDS = 25
_MANY = 1000
_MEBIBYTE = 1024 * 1024


class Cost(msgspec.Struct, frozen=True):
    """Of one judged event, in microseconds of CPU; and OPA's memory afterwards.

    Attributes:
        opa: OPA's part.
        engine: The engine's part.
        opa_mebibytes: Resident.
        signatures: How many were in force.
    """

    opa: float
    engine: float
    opa_mebibytes: float
    signatures: int


async def _cost(
    product: Product, payloads: list[bytes], times: int, rounds: int, signatures: list[str], **settings: str
) -> Cost:
    """The cheapest of *rounds* by a fresh OPA and engine."""
    await product.purge()
    opa, engine = await product.engine(signatures, **settings)
    expected = events_in(payloads) * times
    status = await product.status("engine")
    assert status is not None
    # The first requests find nothing compiled, no connection and a small heap.
    await feed(product, payloads, 1)
    best: tuple[float, float] | None = None
    for _ in range(rounds):
        begin = opa.cpu(), engine.cpu()
        seen = await feed(product, payloads, times)
        cost = (opa.cpu() - begin[0]) / expected / 1000, (engine.cpu() - begin[1]) / expected / 1000
        assert seen.evaluated == expected, f"{seen.evaluated} of {expected} events were judged"
        best = min(best, cost) if best else cost
    assert best is not None
    memory = resident_bytes(opa.pid) / _MEBIBYTE
    product.stop(engine)
    product.stop(opa)
    return Cost(*best, memory, status.detail["signatures"])


async def measure(*, quick: bool) -> list[Result]:
    """OPA's and the engine's part, for both sets of signatures."""
    times, rounds, many = (1, 1, 50) if quick else (10, 2, _MANY)
    one = {"engine_batch_events": "1"}
    results = []
    async with Product() as product:
        payloads = [message.payload for message in await recorded(product, _EVENT, ordinary_work)]
        with tempfile.TemporaryDirectory(prefix="tracewire-bench-") as folder:
            generated_signatures.write(Path(folder), many)
            for name, places in (("shipped", []), ("1000", [folder])):
                batched = await _cost(product, payloads, times, rounds, places)
                assert not places or batched.signatures == many
                single = await _cost(product, payloads, 1, 1, places, **one)
                results += _judge(name, batched, single, events_in(payloads) * times)
    return results


def _judge(name: str, batched: Cost, single: Cost, events: int) -> list[Result]:
    note = (
        f"{batched.signatures} signatures, {events:,} {_EVENT} events of ordinary work, none of them found."
    )
    return [
        result(
            f"opa_cpu_per_event_{name}",
            batched.opa,
            "us",
            at_most=_GOAL_MICROSECONDS,
            baseline=("one_request_per_event", single.opa),
            note=f"{note} OPA then has {batched.opa_mebibytes:.0f} MiB.",
            if_missed="What OPA cannot index it evaluates for each event, and every field that any signature "
            "reads has to be parsed; clauses in the kernel keep most such events from coming here at all.",
        ),
        result(
            f"engine_cpu_per_judged_event_{name}",
            batched.engine,
            "us",
            baseline=("one_request_per_event", single.engine),
            note=note,
        ),
    ]
