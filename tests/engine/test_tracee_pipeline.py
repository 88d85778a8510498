"""A signature as Tracee's users wrote it, an event on the bus, and the finding that comes of both."""

from pathlib import Path

import pytest

from tests.engine import making
from tests.engine.conftest import ROOT, Stage

pytestmark = [pytest.mark.nats, pytest.mark.opa]

EXAMPLES = ROOT / "examples" / "tracee"


def _example(stage: Stage, *names: str) -> None:
    for name in names:
        stage.sign(Path(name).stem, (EXAMPLES / f"{name}.rego").read_text())


async def test_match_that_is_true_becomes_a_finding_without_data(stage: Stage) -> None:
    """The metadata document is what the finding says about its signature."""
    _example(stage, "traced_by_parent")
    await stage.start()
    await stage.publish(making.batch(making.event("ptrace", 4, 0, 0, 0, time=1), making.traceme(1)))

    (found,) = await stage.findings(1)
    await stage.settled()

    assert await stage.stored(1)
    assert not await stage.stored(2)
    assert (found.signature.id, found.signature.name, found.signature.title, found.signature.version) == (
        "EX-1", "ex_1_traced_by_parent", "Traced by its own parent", "0.1.0",
    )  # fmt: skip
    assert (found.signature.severity, found.signature.attack) == ("high", ["T1622"])
    assert found.signature.tags == ["linux", "container", "Defense Evasion: Debugger Evasion", "tracee"]
    assert (found.data, found.event.args["request"]) == ({}, "PTRACE_TRACEME")


async def test_match_that_is_an_object_becomes_the_data(stage: Stage) -> None:
    """With arguments as Tracee parses them, in spite of a broken neighbour."""
    _example(stage, "memory_of_another_process")
    stage.sign("broken", "package tracee.broken\n\ntracee_match {\n")
    await stage.start()
    await stage.publish(making.batch(making.opening("/proc/7/mem", 2), making.opening("/proc/7/maps", 2)))

    (found,) = await stage.findings(1)
    status = await stage.status()

    assert found.data == {"file flags": "O_RDWR", "file path": "/proc/7/mem"}
    assert status is not None
    assert list(status.detail["refused"]) == [str(stage.signatures / "broken.rego")]
