"""The bus as Tracewire has it, and the command as people run it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from queue import Empty, Queue

import msgspec
import pytest
from nats.aio.client import Client

from tracewire import bus, subjects
from tracewire.finding import Finding

COMMAND = str(Path(sys.executable).with_name("tracewire"))
_DEADLINE_SECONDS = 20.0


@pytest.fixture
async def client(nats_url: str) -> AsyncIterator[Client]:
    """A connection to a bus with all of its streams and buckets."""
    async with bus.connection(nats_url, "test") as connection:
        await bus.provide(connection.jetstream())
        yield connection


@pytest.fixture
def publish(client: Client) -> Callable[..., Awaitable[None]]:
    """Publishes findings as an engine does."""

    async def send(*findings: Finding) -> None:
        for each in findings:
            subject = subjects.finding(each.signature.severity, each.signature.name)
            await client.jetstream().publish(
                subject, msgspec.json.encode(each), headers={"Nats-Msg-Id": each.id}
            )

    return send


class Running:
    """A `tracewire` command that is running.

    Attributes:
        process: The process.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: dict[str, Queue[str]] = {"out": Queue(), "err": Queue()}
        self.said: list[str] = []
        self._readers = [
            threading.Thread(target=self._read, args=(stream, self._lines[name]))
            for name, stream in (("out", process.stdout), ("err", process.stderr))
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: Iterator[str], lines: Queue[str]) -> None:
        for line in stream:
            self.said.append(line)
            lines.put(line)

    def line(self, *, containing: str = "", stream: str = "out", seconds: float = _DEADLINE_SECONDS) -> str:
        """The next line of stdout (or stderr) that contains some words."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self._lines[stream].get(timeout=max(deadline - time.monotonic(), 0.001))
            except Empty:
                said = "".join(self.said)
                pytest.fail(f"no line with {containing!r} within {seconds:g} s; it said:\n{said}")
            if containing in line:
                return line

    def end(self, number: int | None = None, seconds: float = _DEADLINE_SECONDS) -> int:
        """Send it signal *number*, if any, and give its exit code."""
        if number is not None:
            self.process.send_signal(number)
        code = self.process.wait(seconds)
        self._close()
        return code

    def _close(self) -> None:
        for reader in self._readers:
            reader.join()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()

    def kill(self) -> None:
        """End it, if it has not ended."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts `tracewire ARGUMENTS` in a process of its own."""
    started: list[Running] = []

    def run(*arguments: str, program: tuple[str, ...] = (COMMAND,), **environment: str) -> Running:
        process = subprocess.Popen(
            [*program, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "TRACEWIRE_STATE": str(tmp_path / "state"), **environment},
        )
        started.append(Running(process))
        return started[-1]

    yield run
    for each in started:
        each.kill()


@pytest.fixture
def run() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `tracewire ARGUMENTS` to its end."""

    def go(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={**os.environ, **environment},
        )

    return go
