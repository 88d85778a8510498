"""A thousand signatures beside each other."""

import time
from pathlib import Path

import pytest

from bench import generated_signatures
from tests.engine import making, rego
from tests.engine.conftest import Stage
from tests.serving import until

pytestmark = [pytest.mark.nats, pytest.mark.opa]

COUNT = 1_000
# A change is in force after this many times what it takes with one signature beside it: the bundle is built
# and loaded as a whole, which with a thousand takes OPA a second where nothing else runs.
SLOWER = 60


async def _seconds_until_in_force(stage: Stage, place: str) -> float:
    """From a changed file to the first status that says it is in force, as often as one may ask."""
    status = await stage.status()
    assert status is not None
    before = status.detail["revision"]
    start = time.monotonic()
    stage.sign("writes_etc", rego.WRITES_ETC.replace('"/etc/"', f'"{place}"'))

    async def another() -> bool:
        now = await stage.status()
        return now is not None and now.ready and now.detail["revision"] != before

    await until(another, "the change is in force", 120)
    return time.monotonic() - start


@pytest.mark.timeout(400)
async def test_thousand_signatures_are_loaded_evaluated_and_reloaded(stage: Stage) -> None:
    """None is refused, those that find something do, and a change of one takes bounded time."""
    stage.sign("writes_etc", rego.WRITES_ETC)
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    alone = await _seconds_until_in_force(stage, "/srv/")
    _write_all(stage.signatures)

    async def all_loaded() -> bool:
        status = await stage.status()
        return status is not None and status.ready and status.detail["signatures"] == COUNT + 2

    await until(all_loaded, "all signatures are in force", 180)
    among = await _seconds_until_in_force(stage, "/opt/")
    await stage.publish(making.batch(making.opening("/opt/x"), making.traceme(), making.opening("/srv/y")))
    await stage.settled()
    found = await stage.findings(2)
    status = await stage.status()

    print(f"a change takes {alone:.2f} s, among a thousand {among:.2f} s")
    assert sorted((one.signature.name, str(one.data)) for one in found) == [
        ("traceme", "{'request': 'PTRACE_TRACEME'}"),
        ("writes_etc", "{'pathname': '/opt/x'}"),
    ]
    assert status is not None
    assert (status.detail["refused"], status.detail["quarantined"]) == ({}, {})
    assert among < SLOWER * alone


def _write_all(directory: Path) -> None:
    generated_signatures.write(directory, COUNT)
