"""Child processes that tests start, kill and start again, on ports that they pick."""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nats
import nats.errors
import pytest

from tests.requirement import require

ROOT = Path(__file__).resolve().parents[1]
DEADLINE = 40.0  # generous: loading verifies a million instructions, and CI machines are slow


def free_port() -> int:
    """A port on loopback that nobody listens on.

    Not one that the system gives to outgoing connections (32768 on): one of these could take it
    before its server does.
    """
    while True:
        port = random.randint(20_000, 29_999)  # noqa: S311  (no secret)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def beside_python(name: str) -> str | None:
    """Path of a program of this environment or of this machine; None if neither has it."""
    places = f"{Path(sys.executable).parent}:{ROOT / '.tools' / 'bin'}:{os.environ['PATH']}"
    return shutil.which(name, path=places)


def program(name: str) -> str:
    """Path of a program; leaves the test out where it is not there."""
    found = beside_python(name)
    require(found, f"needs {name}: make setup")
    assert found is not None
    return found


async def until(condition: Callable[[], Any], what: str, seconds: float = DEADLINE) -> Any:
    """What *condition* returns once it is true; it may be a coroutine function."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                result = condition()
                if asyncio.iscoroutine(result):
                    result = await result
                if result:
                    return result
                await asyncio.sleep(0.01)
    except TimeoutError:
        pytest.fail(f"not within {seconds} s: {what}")


class Child:
    """A program that runs until it is told to stop, and can be started again."""

    def __init__(self, arguments: list[str], log: Path, **environment: str) -> None:
        self.arguments = arguments
        self.log = log
        self.environment = {**os.environ, **environment}
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Run it, with its output in the log; `stop` has to come before another start."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                cwd=ROOT,
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self.process is not None
        return self.process.pid

    def said(self) -> str:
        """Everything in its log."""
        return self.log.read_text(errors="backslashreplace") if self.log.exists() else ""

    async def stop(self, number: int = signal.SIGKILL) -> int | None:
        """Send it *number*, and return its exit code once it has ended."""
        if self.process is None:
            return None
        if self.process.returncode is None:
            self.process.send_signal(number)
        async with asyncio.timeout(DEADLINE):
            return await self.process.wait()


class Nats(Child):
    """A nats-server with JetStream on a port of its own, which it keeps when it is started again."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        self.url = f"nats://127.0.0.1:{self.port}"
        listen = ["-a", "127.0.0.1", "-p", str(self.port)]
        stores = ["-js", "-sd", str(directory / "jetstream")]
        super().__init__([program("nats-server"), *listen, *stores], directory / "nats.log")

    async def start(self) -> None:
        """Run it until it answers."""
        await super().start()

        async def answers() -> bool:
            try:
                # Refused here at once; the client would pause for two seconds.
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                client = await nats.connect(
                    self.url, allow_reconnect=False, connect_timeout=1, error_cb=_silent
                )
                await client.jetstream().account_info()
            except (OSError, TimeoutError, nats.errors.Error):
                return False
            await client.close()
            return True

        await until(answers, f"nats-server answers: {self.said()}")


async def _silent(_error: Exception) -> None:
    """A server that is still starting is not worth a line."""
