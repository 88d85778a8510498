"""The client of a real OPA: answers, refusals, deadlines and absences, by TCP and by Unix socket."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.bundle_server import BundleServer
from engine.errors import OpaAwayError, OpaDeadlineError, OpaRefusalError
from engine.opa import Answer, Match, Opa
from engine.opa_program import OpaProgram
from engine.request import Part, part
from tests.engine import loading, rego
from tests.engine.conftest import OpaServer, free_port, until
from tests.engine.test_bad_signatures import CONFLICT, ENDLESS

pytestmark = pytest.mark.opa


def _ptrace(request: str, pid: int) -> Part:
    return part({"event": "ptrace", "args": {"request": request, "pid": pid}})


TRACEME = _ptrace("PTRACE_TRACEME", 0)
ENDLESS_EVENT = _ptrace("PTRACE_ATTACH", 13)


class Setting:
    """OPA with three signatures, and the client that is tested."""

    def __init__(self, opa: Opa, process: OpaServer, revision: str) -> None:
        self.opa = opa
        self.process = process
        self.revision = revision


@pytest.fixture(params=["tcp", "unix"])
async def setting(
    request: pytest.FixtureRequest, program: OpaProgram, tmp_path: Path
) -> AsyncIterator[Setting]:
    """A real OPA that has fetched its bundle."""
    sources = loading.files(traceme=rego.TRACEME, endless=ENDLESS, conflict=CONFLICT)
    bundle = await loading.bundle(program, tmp_path, sources)
    server = BundleServer()
    await server.start("127.0.0.1", 0)
    server.publish(bundle.revision, bundle.archive)
    process = OpaServer(tmp_path, server.port, unix=request.param == "unix")
    opa = Opa(process.address, 2)
    await opa.open()
    await process.start()

    async def answers() -> bool:
        try:
            return (await opa.evaluate([], 1)).revision == bundle.revision
        except OpaAwayError:
            return False

    await until(answers, "OPA has the bundle")
    try:
        yield Setting(opa, process, bundle.revision)
    finally:
        await process.stop()
        await opa.close()
        await server.stop()


async def test_batch_is_answered_with_positions_and_revision(setting: Setting) -> None:
    """An event that nobody finds leaves nothing."""
    nobody = _ptrace("PTRACE_CONT", 0)

    answer = await setting.opa.evaluate([nobody, TRACEME], 2)

    assert answer.revision == setting.revision
    assert sorted(answer.findings, key=lambda match: (match.position, match.signature)) == [
        Match(0, "conflict", {"words": {"key": 0}}),
        Match(1, "conflict", {"words": {"key": 0}}),
        Match(1, "traceme", {"request": "PTRACE_TRACEME"}),
    ]


async def test_one_signature_alone(setting: Setting) -> None:
    """The others are not even looked at."""
    answer, seconds = await setting.opa.evaluate_alone("traceme", [TRACEME], 2)

    assert 0 < seconds < 2
    assert answer == Answer(setting.revision, [Match(0, "traceme", {"request": "PTRACE_TRACEME"})])


async def test_refusal_carries_opas_reason(setting: Setting) -> None:
    """Not only the status: whoever wrote the signature wants to know."""
    several = _ptrace("PTRACE_CONT", 2)
    with pytest.raises(OpaRefusalError, match="object keys must be unique") as refused:
        await setting.opa.evaluate([several], 2)

    assert refused.value.status == 500


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _sockets(pid: int) -> int:
    links = (Path(entry.path).readlink() for entry in os.scandir(f"/proc/{pid}/fd"))
    return sum(str(link).startswith("socket:") for link in links)


async def test_deadline_ends_the_work_in_opa_too(setting: Setting) -> None:
    """OPA would go on for minutes; the closed connection makes it stop."""
    with pytest.raises(OpaDeadlineError, match=r"no answer within 0\.3 s"):
        await setting.opa.evaluate_alone("endless", [ENDLESS_EVENT], 0.3)
    assert setting.process.process is not None
    pid = setting.process.process.pid

    async def idle() -> bool:
        before = _cpu_ticks(pid)
        await asyncio.sleep(0.3)
        # A tick is a hundredth of a second; working it would have had thirty of them.
        return _cpu_ticks(pid) - before <= 3

    await until(idle, "OPA has stopped working", 10)
    assert (await setting.opa.evaluate([TRACEME], 2)).revision == setting.revision


async def test_few_connections_are_kept(setting: Setting) -> None:
    """A hundred requests at once go over two."""
    await asyncio.gather(*(setting.opa.evaluate([TRACEME], 10) for _ in range(100)))
    assert setting.process.process is not None
    sockets = _sockets(setting.process.process.pid)
    # The listening one, the one to the bundle server and its status, and ours.
    assert sockets <= 6


async def test_absent_opa_is_away(tmp_path: Path) -> None:
    """Nobody listens, or the socket is not there."""
    for address in (f"http://127.0.0.1:{free_port()}", f"unix://{tmp_path / 'no.sock'}"):
        opa = Opa(address, 1)
        await opa.open()
        with pytest.raises(OpaAwayError, match="no usable OPA at"):
            await opa.evaluate([], 1)
        await opa.close()


async def test_opa_without_a_bundle_is_away(program: OpaProgram, tmp_path: Path) -> None:
    """It answers, and cannot evaluate anything yet."""
    process = OpaServer(tmp_path, free_port())
    opa = Opa(process.address, 1)
    await opa.open()
    await process.start()

    async def says_so() -> bool:
        try:
            await opa.evaluate([], 1)
        except OpaAwayError as error:
            return "no bundle yet" in str(error)
        return False

    await until(says_so, "OPA says that it has no bundle")
    await process.stop()
    await opa.close()


async def test_old_connections_are_replaced_without_disturbing_requests(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An OPA that comes later gets its share; what is under way on an old connection is answered."""
    monkeypatch.setattr("engine.opa.OLDEST_SECONDS", 0.0)
    answers = await asyncio.gather(*(setting.opa.evaluate([TRACEME], 10) for _ in range(20)))
    assert [answer.revision for answer in answers] == [setting.revision] * 20

    monkeypatch.setattr("engine.opa.OLDEST_SECONDS", 60.0)
    await setting.opa.evaluate([TRACEME], 2)
    assert setting.process.process is not None
    pid = setting.process.process.pid
    # The listening one, the one to the bundle server and its status, and one or two of ours.
    await until(lambda: _sockets(pid) <= 6, "the old connections are closed")
