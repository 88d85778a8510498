"""A machine that is busy with something else makes findings late, and blinds nobody."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.opa_program import OpaProgram
from tests.engine import loading, making
from tests.engine.conftest import SHIPPED, Stage
from tests.engine.random_events import Maker, words

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


@pytest.mark.timeout(180)
async def test_no_signature_is_quarantined_because_the_machine_is_busy(
    program: OpaProgram, tmp_path: Path, stage: Stage
) -> None:
    """All shipped signatures, twice as many other processes as processors, and every event judged."""
    accepted = await loading.accepted(program, tmp_path, loading.shipped())
    maker = Maker(7, words([module.tree for module in accepted.modules]))
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
