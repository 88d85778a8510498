"""Child processes that these tests start, kill and start again."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import nats
import nats.errors
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from tracewire import bus, subjects
from tracewire.batch import Batch
from tracewire.event import Event
from tracewire.interest import EventInterest, Interest
from tracewire.ledger import Ledger
from tracewire.status import ServiceStatus

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 40.0  # generous: loading verifies a million instructions, and CI machines are slow


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str) -> str:
    """Path of a program of this environment."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"no {name} on this machine")
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
    """A program that runs until it is told to stop."""

    def __init__(self, arguments: list[str], log: Path, **environment: str) -> None:
        self.arguments = arguments
        self.log = log
        self.environment = {**os.environ, **environment}
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Run it; its output goes to the log."""
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
        arguments = [
            program("nats-server"),
            "-a",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-js",
            "-sd",
            str(directory),
        ]
        super().__init__(arguments, directory / "nats.log")

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


class Host:
    """The outside of a collector: what it is asked for, and what it publishes."""

    def __init__(self, client: Client, node: str) -> None:
        self.client = client
        self.node = node
        self.batches: list[Batch] = []
        self.ledgers: list[Ledger] = []

    async def listen(self) -> None:
        """Receive batches and ledgers from now on."""
        await bus.provide(self.client.jetstream())
        await self.client.subscribe(subjects.ALL_EVENTS, cb=self._batch)
        await self.client.subscribe(subjects.ledger(self.node), cb=self._ledger)

    async def _batch(self, message: Msg) -> None:
        self.batches.append(Batch(message.data))

    async def _ledger(self, message: Msg) -> None:
        self.ledgers.append(msgspec.json.decode(message.data, type=Ledger))

    def events(self, *event_ids: int) -> list[Event]:
        """Events with one of these ids, received so far."""
        return [event for batch in self.batches for event in batch.select(frozenset(event_ids))]

    async def want(self, key: str, *names: str, revision: str = "", expires: float = 0.0) -> None:
        """Put an interest in *names* at *key*."""
        bucket = await bus.bucket_of(self.client.jetstream(), subjects.INTEREST_BUCKET)
        interest = Interest(
            asker="a test",
            events={name: EventInterest() for name in names},
            revision=revision,
            expires=expires,
        )
        await bucket.put(key, msgspec.json.encode(interest))

    async def withdraw(self, key: str) -> None:
        """Take the interest at *key* back."""
        bucket = await bus.bucket_of(self.client.jetstream(), subjects.INTEREST_BUCKET)
        await bucket.delete(key)

    async def status(self) -> ServiceStatus | None:
        """What the collector says of itself; None where it does not answer."""
        try:
            answer = await self.client.request(subjects.STATUS, b"", timeout=0.5)
        except (nats.errors.Error, TimeoutError):
            return None
        return msgspec.json.decode(answer.data, type=ServiceStatus)

    async def status_where(self, condition: Callable[[ServiceStatus], Any], what: str) -> ServiceStatus:
        """The first answer for which *condition* holds."""

        async def found() -> ServiceStatus | None:
            status = await self.status()
            return status if status is not None and condition(status) else None

        result = await until(found, what)
        assert isinstance(result, ServiceStatus)
        return result

    async def next_ledger(self, condition: Callable[[Ledger], Any], what: str) -> Ledger:
        """The first ledger from now on for which *condition* holds."""
        seen = len(self.ledgers)

        def found() -> Ledger | None:
            return next((ledger for ledger in self.ledgers[seen:] if condition(ledger)), None)

        result = await until(found, what)
        assert isinstance(result, Ledger)
        return result
