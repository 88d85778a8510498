"""A machine that is busy with something else makes findings late, and blinds nobody."""

import asyncio
import contextlib
import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.opa_program import OpaProgram
from tests.engine import loading, making
from tests.engine.conftest import SHIPPED, Stage
from tests.engine.fleet import Fleet
from tests.engine.random_events import Maker, words
from tracewire import subjects

pytestmark = [pytest.mark.nats, pytest.mark.opa]

_BATCHES, _EVENTS = 20, 250
# Each ends by itself, whatever becomes of the test.
_HOG = "import time\nend = time.monotonic() + 30\nwhile time.monotonic() < end: pass"


@contextlib.asynccontextmanager
async def _busy(count: int) -> AsyncIterator[None]:
    """A machine with *count* processes that always want a processor, for at most half a minute."""
    hogs = [await asyncio.create_subprocess_exec(sys.executable, "-c", _HOG) for _ in range(count)]
    try:
        yield
    finally:
        for hog in hogs:
            with contextlib.suppress(ProcessLookupError):
                hog.kill()
            await hog.wait()


async def _sources(program: OpaProgram, directory: Path) -> Maker:
    accepted = await loading.accepted(program, directory, loading.shipped())
    return Maker(7, words([module.tree for module in accepted.modules]))


@pytest.mark.timeout(180)
async def test_no_signature_is_quarantined_because_the_machine_is_busy(
    program: OpaProgram, tmp_path: Path, stage: Stage
) -> None:
    """All shipped signatures, twice as many other processes as processors, and every event judged."""
    maker = await _sources(program, tmp_path)
    stage.engine.arguments[-1] = str(SHIPPED)
    await stage.start()
    async with _busy(2 * (os.cpu_count() or 1)):
        for number in range(_BATCHES):
            events = list(maker.events(_EVENTS))
            await stage.publish(making.batch(*events, sequence=number))
        await stage.settled()
    status = await stage.status()
    assert status is not None
    assert status.detail["quarantined"] == {}
    assert status.detail["evaluated"]["evaluated"] == status.detail["received"]["wanted"] > 0


@pytest.mark.root
@pytest.mark.timeout(240)
async def test_no_signature_is_quarantined_because_replicas_share_one_opa(
    program: OpaProgram, tmp_path: Path
) -> None:
    """Three engines at once, each with four requests under way, on a busy machine."""
    maker = await _sources(program, tmp_path)
    fleet = Fleet(tmp_path)
    shutil.copytree(SHIPPED, fleet.signatures, dirs_exist_ok=True)
    try:
        await fleet.start(engines=3)
        async with _busy(2 * (os.cpu_count() or 1)):
            for number in range(3 * _BATCHES):
                payload = making.batch(*maker.events(_EVENTS), sequence=number)
                await fleet.client.jetstream().publish(subjects.events("vm-1", "process"), payload)
            await fleet.settled(150)
        statuses = (await fleet.statuses()).values()
        assert [one.detail["quarantined"] for one in statuses] == [{}, {}, {}]
        assert sum(one.detail["evaluated"]["unjudged"] for one in statuses) == 0
        judged = [one.detail["evaluated"]["evaluated"] for one in statuses]
        assert sum(judged) == sum(one.detail["received"]["wanted"] for one in statuses)
        assert min(judged) > 0
    finally:
        await fleet.stop()
        for engine in fleet.engines:
            print(engine.said())
