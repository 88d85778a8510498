"""Real servers for the engine's tests: nats-server, OPA and the engine itself, on ports they pick."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import nats
import nats.errors
import nats.js.errors
import pytest

from engine.opa_program import OpaProgram
from engine.places import SIGNATURES, opa_program
from tests.serving import ROOT, Child, Nats, free_port, until
from tracewire import subjects
from tracewire.finding import Finding
from tracewire.status import ServiceStatus

if TYPE_CHECKING:
    from nats.aio.client import Client

CONFIG = ROOT / "deploy" / "opa" / "config.yaml"


class OpaServer(Child):
    """OPA as deploy/opa/config.yaml has it."""

    def __init__(self, directory: Path, bundle_port: int, *, unix: bool = False) -> None:
        if unix:
            self.address = f"unix://{directory / 'opa.sock'}"
            listen = self.address
        else:
            port = free_port()
            self.address = f"http://127.0.0.1:{port}"
            listen = f"127.0.0.1:{port}"
        arguments = [
            opa_program("opa"), "run", "--server", "--config-file", str(CONFIG), "--addr", listen,
            "--log-level", "error", "--skip-version-check",
        ]  # fmt: skip
        bundle = f"http://127.0.0.1:{bundle_port}"
        super().__init__(arguments, directory / "opa.log", TRACEWIRE_BUNDLE_URL=bundle)


class EngineServer(Child):
    """`python -m engine`."""

    def __init__(self, log: Path, *, bus: Nats, opa: OpaServer, bundle_port: int, signatures: Path) -> None:
        arguments = [sys.executable, "-m", "engine", "--nats", bus.url, "--signatures", str(signatures)]
        environment = {
            "TRACEWIRE_ENGINE_OPA": opa.address,
            "TRACEWIRE_ENGINE_BUNDLE_PORT": str(bundle_port),
            "TRACEWIRE_ENGINE_OPA_PROGRAM": opa_program("opa"),
        }
        super().__init__(arguments, log, **environment)


class Stage:
    """Bus, OPA and engine together, and a client to play the collector and the reader."""

    def __init__(self, directory: Path, *, unix: bool = False) -> None:
        self.directory = directory
        self.signatures = directory / "signatures"
        self.signatures.mkdir()
        self.bus = Nats(directory)
        self.bundle_port = free_port()
        self.opa = OpaServer(directory, self.bundle_port, unix=unix)
        self.engine = EngineServer(
            directory / "engine.log",
            bus=self.bus,
            opa=self.opa,
            bundle_port=self.bundle_port,
            signatures=self.signatures,
        )
        self.others: list[Child] = []
        self.client: Client

    def sign(self, name: str, text: str) -> Path:
        """Put a signature into the directory that the engine watches."""
        path = self.signatures / f"{name}.rego"
        waiting = path.with_suffix(".new")
        waiting.write_text(text)
        waiting.replace(path)
        return path

    async def start(self) -> None:
        """Start everything, and wait until the engine is ready."""
        await self.bus.start()
        self.client = await nats.connect(self.bus.url, max_reconnect_attempts=-1, reconnect_time_wait=0.1)
        await asyncio.gather(self.opa.start(), self.engine.start())
        await self.ready()

    async def replica(self) -> EngineServer:
        """A second engine with an OPA of its own."""
        port = free_port()
        directory = self.directory / "second"
        directory.mkdir()
        opa = OpaServer(directory, port)
        engine = EngineServer(
            directory / "engine.log", bus=self.bus, opa=opa, bundle_port=port, signatures=self.signatures
        )
        self.others += [opa, engine]
        await asyncio.gather(opa.start(), engine.start())
        await until(lambda: self._all_ready(2), "two engines are ready")
        return engine

    async def stop(self) -> None:
        """End everything."""
        for server in [self.engine, self.opa, *self.others]:
            await server.stop()
        with contextlib.suppress(Exception):
            await self.client.close()
        await self.bus.stop()

    async def statuses(self, count: int = 2) -> list[ServiceStatus]:
        """What each engine says of itself: the first *count* answers, within a second."""
        inbox = self.client.new_inbox()
        subscription = await self.client.subscribe(inbox)
        found: list[ServiceStatus] = []
        try:
            await self.client.publish(subjects.STATUS, b"", reply=inbox)
            with contextlib.suppress(TimeoutError, nats.errors.Error):
                while len(found) < count:
                    message = await subscription.next_msg(timeout=1)
                    if message.headers:
                        return []  # Status: 503, nobody is there
                    found.append(msgspec.json.decode(message.data, type=ServiceStatus))
        finally:
            await subscription.unsubscribe()
        return found

    async def status(self) -> ServiceStatus | None:
        """What the engine says of itself; None if it does not answer."""
        found = await self.statuses(1)
        return found[0] if found else None

    async def _all_ready(self, count: int) -> bool:
        found = await self.statuses(count)
        return len(found) == count and all(one.ready for one in found)

    async def ready(self) -> None:
        """Wait until every engine is ready."""
        await until(lambda: self._all_ready(1 + sum(isinstance(o, EngineServer) for o in self.others)),
                    "the engine is ready")  # fmt: skip

    async def publish(self, payload: bytes, node: str = "vm-1") -> None:
        """Play the collector."""
        await self.client.jetstream().publish(subjects.events(node, "process"), payload)

    async def publish_when_possible(self, payload: bytes) -> None:
        """Play the collector as soon as there is a stream."""

        async def published() -> bool:
            try:
                await self.publish(payload)
            except (nats.js.errors.Error, nats.errors.Error):
                return False
            return True

        await until(published, "the stream takes a batch")

    async def findings(self, count: int) -> list[Finding]:
        """The first *count* findings, which must come in time."""
        return [msgspec.json.decode(data, type=Finding) for data in await self.raw_findings(count)]

    async def raw_findings(self, count: int) -> list[bytes]:
        """The same, as they were published."""
        await until(lambda: self.stored(count), f"{count} findings are stored")
        stream = self.client.jetstream()
        state = (await stream.stream_info(subjects.FINDINGS_STREAM)).state
        found = []
        for sequence in range(state.first_seq, state.last_seq + 1):
            message = await stream.get_msg(subjects.FINDINGS_STREAM, sequence)
            found.append(message.data or b"")
        return found

    async def stored(self, count: int) -> bool:
        """Whether there are *count* findings."""
        try:
            info = await self.client.jetstream().stream_info(subjects.FINDINGS_STREAM)
        except nats.js.errors.NotFoundError:  # the engine is about to make it
            return False
        return info.state.messages >= count

    async def settled(self) -> None:
        """Every event that has been published is judged: nothing is waiting or under way."""

        async def nothing_left() -> bool:
            info = await self.client.jetstream().consumer_info(
                subjects.EVENTS_STREAM, subjects.ENGINE_CONSUMER
            )
            return info.num_pending == 0 and info.num_ack_pending == 0

        await until(nothing_left, "all events are judged", 30)


@pytest.fixture
def program() -> OpaProgram:
    """The opa binary, for tests with the marker `opa`."""
    return OpaProgram(opa_program("opa"))


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Everything but started, so that a test can lay out its signatures first."""
    built = Stage(tmp_path)
    try:
        yield built
    finally:
        await built.stop()


SHIPPED = SIGNATURES
