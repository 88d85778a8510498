"""Files are taken up while events flow, within two seconds."""

import asyncio
import time
from functools import partial

import pytest

from tests.engine import making, rego
from tests.engine.conftest import Stage, until

pytestmark = [pytest.mark.nats, pytest.mark.opa]

LIMIT = 2.0


async def _revision(stage: Stage) -> str:
    status = await stage.status()
    assert status is not None
    return str(status.detail["revision"])


async def _changed(stage: Stage, before: str) -> float:
    """Seconds until the engine is ready with another revision than *before*."""
    start = time.monotonic()

    async def another() -> bool:
        status = await stage.status()
        return status is not None and status.ready and status.detail["revision"] != before

    await until(another, "another revision is in force")
    # Asking takes part of the time: two tenths of a second for each answer.
    return time.monotonic() - start


async def test_signature_added_changed_and_removed_while_running(stage: Stage) -> None:
    """Each change is in force within two seconds, and what was there goes on."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    before = await _revision(stage)

    path = stage.sign("writes_etc", rego.WRITES_ETC)
    assert await _changed(stage, before) < LIMIT
    await stage.publish(making.batch(making.opening("/etc/passwd", number=1), making.traceme(1)))
    found = await stage.findings(2)
    assert sorted(one.signature.name for one in found) == ["traceme", "writes_etc"]

    before = await _revision(stage)
    stage.sign("writes_etc", rego.WRITES_ETC.replace('"/etc/"', '"/opt/"'))
    assert await _changed(stage, before) < LIMIT
    await stage.publish(
        making.batch(making.opening("/etc/passwd", number=2), making.opening("/opt/x", number=3))
    )
    found = await stage.findings(3)
    assert [one.data for one in found][2:] == [{"pathname": "/opt/x"}]

    before = await _revision(stage)
    path.unlink()
    assert await _changed(stage, before) < LIMIT
    await stage.publish(making.batch(making.opening("/opt/y", number=4), making.traceme(5)))
    found = await stage.findings(4)
    assert found[3].signature.name == "traceme"
    await stage.settled()
    assert len(await stage.findings(4)) == 4


async def test_broken_change_is_refused_and_the_former_version_stays(stage: Stage) -> None:
    """The reason is in the status with its line; mending the file brings the new version."""
    stage.sign("traceme", rego.TRACEME)
    path = stage.sign("writes_etc", rego.WRITES_ETC)
    await stage.start()
    before = await _revision(stage)
    stage.sign("writes_etc", rego.WRITES_ETC.replace("input.args.pathname,", "input.args.pathnme,"))

    async def refused() -> str:
        status = await stage.status()
        return str(status.detail["refused"].get(str(path), "")) if status else ""

    start = time.monotonic()
    reason = await until(refused, "the change is refused")
    assert time.monotonic() - start < LIMIT
    row = rego.WRITES_ETC[: rego.WRITES_ETC.index("startswith")].count("\n") + 1
    assert reason.startswith(f"{row}: undefined ref: input.args.pathnme")
    assert await _revision(stage) == before

    await stage.publish(making.batch(making.opening("/etc/passwd", number=1)))
    (found,) = await stage.findings(1)
    assert (found.signature.name, found.revision) == ("writes_etc", before)

    stage.sign("writes_etc", rego.WRITES_ETC.replace('"/etc/"', '"/srv/"'))
    await _changed(stage, before)
    assert await refused() == ""


async def test_no_event_is_lost_while_signatures_change(stage: Stage) -> None:
    """With events flowing through five changes, each event has its finding."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    published = 0
    changing = True

    async def flow() -> None:
        nonlocal published
        while changing:
            await stage.publish(making.batch(*(making.traceme(published + n) for n in range(20))))
            published += 20
            # As fast as the engine is, and no faster.
            await until(partial(stage.stored, published - 200), "the engine keeps up")

    async def change() -> None:
        nonlocal changing
        for number in range(5):
            before = await _revision(stage)
            stage.sign("writes_etc", rego.WRITES_ETC.replace('"/etc/"', f'"/etc/{number}/"'))
            await _changed(stage, before)
        changing = False

    await asyncio.gather(flow(), change())
    found = await stage.findings(published)
    assert sorted(int(one.event.time[-10:-1]) for one in found) == list(range(published))
    assert len({one.revision for one in found}) > 2
