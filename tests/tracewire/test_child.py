"""A supervised child: real processes that die and do not want to stop."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracewire.command.errors import Exit
from tracewire.up import child as module
from tracewire.up.child import Child, Program
from tracewire.up.errors import ChildFailedError, ending
from tracewire.up.log import Log


def python(code: str, folder: Path, **fields: float) -> Program:
    """A child that runs *code*."""
    return Program(
        name="part",
        command=[sys.executable, "-u", "-c", code],
        environment=dict(os.environ),
        folder=str(folder),
        **fields,
    )


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    """The child's log."""
    file = Log(tmp_path / "part.log")
    yield file
    file.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses as short as a test can wait for; their growth stays."""
    monkeypatch.setattr(module, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(module, "_LONGEST_PAUSE", 0.04)


async def test_a_killed_child_is_started_again_and_said_so(tmp_path: Path, log: Log, quick: None) -> None:
    said: list[str] = []
    child = Child(python("print('up'); import time; time.sleep(60)", tmp_path), log, said.append)
    running = asyncio.create_task(child.run())
    async with asyncio.timeout(20):
        await child.printed("up").wait()
        first = child.pid
        child.printed("up").clear()
        os.kill(first, signal.SIGKILL)
        await child.printed("up").wait()

    assert child.pid not in {None, first}
    assert said == ["part was ended by SIGKILL; starting it again in 0.01 s"]
    await child.stop()
    await running
    assert child.pid is None


async def test_one_that_dies_at_once_again_and_again_fails_with_its_last_lines(
    tmp_path: Path, log: Log, quick: None
) -> None:
    """After five times; meanwhile the pauses have grown."""
    said: list[str] = []
    code = "print('first line'); print('port is taken \\x1b[2J'); raise SystemExit(9)"
    child = Child(python(code, tmp_path), log, said.append)

    with pytest.raises(ChildFailedError) as failed:
        async with asyncio.timeout(30):
            await child.run()

    assert child.starts == 5
    assert (failed.value.code, failed.value.status) == (Exit.UNREACHABLE, 9)
    assert failed.value.last_lines[-2:] == ["first line", "port is taken \x1b[2J"]
    assert str(tmp_path / "part.log") in failed.value.remedy
    pauses = [line.rpartition(" in ")[2] for line in said]
    assert pauses == ["0.01 s", "0.02 s", "0.04 s", "0.04 s"]


async def test_one_that_ignores_sigterm_is_killed_with_its_own_children(tmp_path: Path, log: Log) -> None:
    said: list[str] = []
    code = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("other", other.pid)
time.sleep(60)
"""
    child = Child(python(code, tmp_path, stop_seconds=0.2), log, said.append)
    running = asyncio.create_task(child.run())
    async with asyncio.timeout(20):
        await child.printed("other").wait()
        await child.stop()
        await running
        other = int(log.path.read_text().split("other ")[1])
        # Dead, or waiting to be reaped by whatever is process 1 here.
        while not dead(other):  # noqa: ASYNC110  (it is elsewhere)
            await asyncio.sleep(0.01)

    assert said == ["part does not stop; killing it"]


def dead(pid: int) -> bool:
    """Whether the process has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


async def test_its_output_is_in_the_log(tmp_path: Path, log: Log) -> None:
    """Also a line that is longer than any should be."""
    child = Child(
        python("print('x' * 200_000); print('end'); import time; time.sleep(60)", tmp_path), log, print
    )
    running = asyncio.create_task(child.run())
    async with asyncio.timeout(20):
        await child.printed("end").wait()
        await child.stop()
        await running

    started, *lines = log.path.read_text().splitlines()
    assert started.startswith("--- part started, pid ")
    assert lines[-1] == "end"


def test_a_full_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracewire.up.log._LARGEST_BYTES", 100)
    log = Log(tmp_path / "part.log")
    for number in range(25):
        log.write(b"line %02d\n" % number)
    log.close()

    aside, current = (tmp_path / "part.log.1").read_text(), (tmp_path / "part.log").read_text()
    assert (aside, current) == (
        "".join(f"line {number:02d}\n" for number in range(12, 24)),
        "line 24\n",
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["part.log", "part.log.1"]


@pytest.mark.parametrize(
    ("status", "words"),
    [(0, "ended with exit code 0"), (-9, "was ended by SIGKILL"), (-99, "was ended by signal 99")],
)
def test_an_ending_is_said_in_words(status: int, words: str) -> None:
    assert ending(status) == words
