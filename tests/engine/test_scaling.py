"""Engines and OPAs that come and go under load: nothing is lost, nothing is doubled, and all of them work."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.opa import OLDEST_SECONDS
from tests.engine import rego
from tests.engine.fleet import Fleet
from tests.engine.steady import RATE, Load, numbers
from tests.serving import Child, until

pytestmark = [pytest.mark.root, pytest.mark.nats, pytest.mark.opa, pytest.mark.timeout(300)]

_LOAD_WITHIN_SECONDS = 5.0
_SHARE = 100  # requests, about a second's


@contextlib.asynccontextmanager
async def load_on(fleet: Fleet) -> AsyncIterator[Load]:
    """Load for the length of the block; at its end every event is judged."""
    load = Load(fleet.client)
    running = asyncio.create_task(load.run())
    try:
        yield load
    finally:
        load.stop()
        await running
    await fleet.settled()


async def _judges(fleet: Fleet, engine: Child, more_than: int = 0) -> int:
    """Wait until *engine* has judged more events than that; how many."""

    async def judged() -> int:
        status = (await fleet.statuses()).get(engine.pid)
        evaluated: int = status.detail["evaluated"]["evaluated"] if status and status.ready else 0
        return evaluated if evaluated > more_than else 0

    found: int = await until(judged, f"an engine has judged more than {more_than} events")
    return found


@pytest.fixture
async def fleet(tmp_path: Path) -> AsyncIterator[Fleet]:
    """Not started, with one signature."""
    made = Fleet(tmp_path)
    (made.signatures / "traceme.rego").write_text(rego.TRACEME)
    try:
        yield made
    finally:
        await made.stop()
        for engine in made.engines:
            print(engine.said())


async def test_one_to_three_to_one_engines_lose_and_double_nothing(fleet: Fleet) -> None:
    """Under 5,000 events a second two are added, one is killed, one is told to stop: the set is the same."""
    await fleet.start()
    async with load_on(fleet) as load:
        await _judges(fleet, fleet.engines[0], RATE)
        added = [await fleet.add_engine(), await fleet.add_engine()]
        await fleet.ready(3)
        ready = time.monotonic()
        for engine in added:
            await _judges(fleet, engine, RATE)
        assert time.monotonic() - ready < _LOAD_WITHIN_SECONDS

        await added[0].stop(signal.SIGKILL)
        await _judges(fleet, added[1], await _judges(fleet, added[1]) + RATE)
        assert await added[1].stop(signal.SIGTERM) == 0
        await _judges(fleet, fleet.engines[0], await _judges(fleet, fleet.engines[0]) + RATE)

    print(f"{len(load.expected)} findings expected, {load.rate:.0f} events/s")
    assert load.rate > 0.95 * RATE
    assert numbers(await fleet.findings(), "traceme") == load.expected


async def test_opa_that_is_added_gets_its_share_and_its_death_costs_nothing(fleet: Fleet) -> None:
    """All engines use it within the time that connections live; then the first one is killed."""
    await fleet.start(engines=2)
    async with load_on(fleet) as load:
        await _judges(fleet, fleet.engines[0], RATE)
        added = await fleet.add_opa()
        begin = time.monotonic()

        async def has_its_share() -> bool:
            return await fleet.answered(added) > _SHARE

        await until(has_its_share, "the added OPA is asked", 4 * OLDEST_SECONDS)
        taken = time.monotonic() - begin
        await fleet.opas[0].stop(signal.SIGKILL)
        for engine in fleet.engines:
            await _judges(fleet, engine, await _judges(fleet, engine) + RATE)

    print(f"the added OPA had answered {_SHARE} requests {taken:.1f} s after its start")
    assert taken < 2 * OLDEST_SECONDS
    assert numbers(await fleet.findings(), "traceme") == load.expected
