"""Measuring what signatures cost costs next to nothing itself, however many engines do it."""

import asyncio
import re
import time
from pathlib import Path

import aiohttp
import pytest

from engine.costs import Costs
from engine.opa_program import OpaProgram
from engine.plan import Item, Plan
from tests.engine import loading, making, rego
from tests.engine.opa_with_bundle import opa_with

pytestmark = pytest.mark.opa

_HEAVY = rego.signature(
    "heavy",
    """finding contains {"many": count(many)} if {
	input.event == "ptrace"
	many := [1 | some number in numbers.range(1, 200); number % 7 == 3]
}""",
)
_SECONDS = 6.0
_METRICS = "http://localhost/metrics"
_SPENT = re.compile(r'^http_request_duration_seconds_sum\{.*handler="v1/data".*\} (\S+)$', re.MULTILINE)


async def _seconds_spent(socket: Path) -> float:
    """How long OPA has worked at measurements, by its own count."""
    connector = aiohttp.UnixConnector(str(socket))
    async with aiohttp.ClientSession(connector=connector) as session, session.get(_METRICS) as answer:
        return sum(map(float, _SPENT.findall(await answer.text())))


async def test_measuring_takes_a_small_part_of_opa(program: OpaProgram, tmp_path: Path) -> None:
    """A signature that is slow is measured, and for a hundred times as long nothing is."""
    bundle = await loading.bundle(program, tmp_path, loading.files(heavy=_HEAVY))
    plan = Plan([bundle])
    items = [Item(making.event("ptrace", 0, number, 0, 0), making.header(1), 0) for number in range(64)]
    async with opa_with(bundle, tmp_path) as opa:
        costs = Costs(opa)
        for batch in (items[at : at + 8] for at in range(0, len(items), 8)):
            costs.judged(plan, batch, [plan.document(item) for item in batch], [None] * len(batch), [])
        keeping = asyncio.create_task(costs.keep())
        began = time.monotonic()
        await asyncio.sleep(_SECONDS)
        keeping.cancel()
        took = time.monotonic() - began
        spent = await _seconds_spent(tmp_path / "selection.sock")

    print(f"{spent * 1000:.0f} ms of OPA in {took:.1f} s")
    assert costs.report()["heavy"].microseconds is not None
    assert 0 < spent < 0.05 * took
