"""What more engines on one OPA cost: how many events a second of its and of their CPU is enough for."""

import asyncio
import tempfile
from pathlib import Path

import msgspec

from bench.feeding import Load, feed, of_another_boot
from bench.load import ROOT
from bench.product import Process, Product, until
from bench.result import Result, result
from bench.workload import ordinary_work, recorded

_EVENT = "security_file_open"
_COUNTS = (1, 2, 4)
_SECOND = 1_000_000_000
_LOOK_SECONDS = 1.0
# Of a processor.
_IDLE = 0.02
# Beside those that ship, which find nothing in ordinary work: one that does.
_FINDS = """\
# METADATA
# title: Compiled headers
# schemas:
# - input: schema.security_file_open
# custom:
#   id: BENCH-0001
#   severity: low
#   events: [security_file_open]
package signatures.compiled_headers

import rego.v2

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	endswith(input.args.pathname, ".h")
}
"""


class Yield(msgspec.Struct, frozen=True):
    """What a second of CPU was enough for.

    Attributes:
        per_opa: Events, of OPA's.
        per_engine: Events, of all engines' together.
        findings_per_opa: Findings, of OPA's.
        findings: In a round.
    """

    per_opa: float
    per_engine: float
    findings_per_opa: float
    findings: int


def _spent(processes: list[Process]) -> int:
    """Nanoseconds of CPU that all of them have had."""
    return sum(process.cpu() for process in processes)


async def _until_idle(opa: Process) -> None:
    """Wait until the engines have asked what they ask at their start, which is no part of an event's cost."""

    async def idle() -> bool:
        before = opa.cpu()
        await asyncio.sleep(_LOOK_SECONDS)
        return opa.cpu() - before < _IDLE * _LOOK_SECONDS * _SECOND

    await until("OPA is idle", idle)


async def _measured(product: Product, load: Load, signatures: list[str], count: int) -> Yield:
    """The best round of a fresh OPA with *count* engines."""
    await product.purge()
    opa, first = await product.engine(signatures)
    engines = [first, *[await product.replica(number, signatures) for number in range(2, count + 1)]]
    # The first requests find nothing compiled, no connection and a small heap.
    await feed(product, of_another_boot(load.payloads, f"warm-{count}"), engines=count)
    await _until_idle(opa)
    best: Yield | None = None
    for number in range(load.rounds):
        stored = [
            payload
            for time in range(load.times)
            for payload in of_another_boot(load.payloads, f"{count}-{number}-{time}")
        ]
        before = _spent([opa]), _spent(engines)
        seen = await feed(product, stored, engines=count)
        of_opa, of_engines = _spent([opa]) - before[0], _spent(engines) - before[1]
        assert seen.evaluated == load.events, f"{seen.evaluated} of {load.events} events were judged"
        found = Yield(
            per_opa=seen.evaluated * _SECOND / of_opa,
            per_engine=seen.evaluated * _SECOND / of_engines,
            findings_per_opa=seen.findings * _SECOND / of_opa,
            findings=seen.findings,
        )
        best = max(best, found, key=lambda one: one.per_opa) if best else found
    assert best is not None
    for process in (*engines, opa):
        product.stop(process)
    return best


async def measure(*, quick: bool) -> list[Result]:
    """By number of engines: OPA's part, the engines' own, and findings."""
    async with Product() as product:
        payloads = [message.payload for message in await recorded(product, _EVENT, ordinary_work)]
        load = Load(payloads, 1, 1) if quick else Load(payloads, 10, 2)
        with tempfile.TemporaryDirectory(prefix="tracewire-bench-") as folder:
            Path(folder, "compiled_headers.rego").write_text(  # noqa: ASYNC240  (nothing else runs yet)
                _FINDS, encoding="utf-8"
            )
            signatures = [str(ROOT / "rego" / "signatures"), folder]
            yields = {count: await _measured(product, load, signatures, count) for count in _COUNTS}
    return [one for count in _COUNTS for one in _results(load, count, yields[count], yields[1])]


def _results(load: Load, count: int, found: Yield, alone: Yield) -> list[Result]:
    note = (
        f"{load.events:,} {_EVENT} events of ordinary work, {found.findings:,} findings; one OPA, "
        "publisher and NATS on the same processors."
    )
    figures = (
        ("events_per_opa_cpu_second", found.per_opa, alone.per_opa),
        ("events_per_engine_cpu_second", found.per_engine, alone.per_engine),
        ("findings_per_opa_cpu_second", found.findings_per_opa, alone.findings_per_opa),
    )
    return [
        result(
            f"{name}_{count}_engines",
            value,
            "1/s",
            baseline=None if count == 1 else ("1_engine", one),
            note=f"{note} This is the baseline of the others." if count == 1 else note,
        )
        for name, value, one in figures
    ]
