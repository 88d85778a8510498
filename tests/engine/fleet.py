"""Replicas behind names, as `docker compose up --scale` has them, on one host.

Each process has an address of its own in 127.0.0.0/8 and the port that all of its kind have, and
sees an /etc/hosts of the fleet's, in which one name stands for all of them.
"""

import contextlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import nats

from engine.places import opa_program
from tests.engine.conftest import CONFIG
from tests.serving import Child, Nats, free_port, until
from tracewire import subjects
from tracewire.client import findings
from tracewire.condition import answers
from tracewire.finding import Finding
from tracewire.status import ServiceStatus

if TYPE_CHECKING:
    from nats.aio.client import Client

OPA, ENGINE = "opa.fleet.test", "engine.fleet.test"
_ANSWERED = re.compile(r'^http_request_duration_seconds_count\{.*handler="v0/data".*\} (\d+)$', re.MULTILINE)
_OWN_HOSTS = ("unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"')


def answered_in(metrics: str) -> int:
    """How many requests for judgement an OPA has answered, by its own metrics."""
    return sum(int(count) for count in _ANSWERED.findall(metrics))


class Fleet:
    """A bus, any number of engines and OPAs, and a client of the bus.

    Attributes:
        engines: In the order in which they were started.
        opas: Likewise.
        bus: The NATS that all of them use.
    """

    client: "Client"

    def __init__(self, directory: Path, **settings: str) -> None:
        """Nothing runs.

        Args:
            directory: For all files.
            settings: More TRACEWIRE_* variables for each engine.
        """
        self.engines: list[Child] = []
        self.opas: list[Child] = []
        self.bus = Nats(directory)
        self.signatures = directory / "signatures"
        self.signatures.mkdir()
        self._directory = directory
        self._settings = settings
        self._hosts = directory / "hosts"
        self._hosts.write_text("127.0.0.1 localhost\n")
        # Where nothing of the tests' listens on 127.0.0.1, nothing does on the addresses beside it.
        self._opa_port, self._bundle_port = free_port(), free_port()

    async def start(self, *, engines: int = 1, opas: int = 1) -> None:
        """Start so many of each, and wait until every engine is ready."""
        await self.bus.start()
        self.client = await nats.connect(self.bus.url)
        for _ in range(opas):
            await self.add_opa()
        for _ in range(engines):
            await self.add_engine()
        await self.ready(engines)

    async def stop(self) -> None:
        """End everything."""
        for child in [*self.engines, *self.opas]:
            await child.stop()
        with contextlib.suppress(Exception):
            await self.client.close()
        await self.bus.stop()

    async def add_opa(self) -> Child:
        """One more OPA, started."""
        address = f"127.0.3.{len(self.opas) + 1}"
        arguments = [
            opa_program("opa"), "run", "--server", "--config-file", str(CONFIG),
            "--addr", f"{address}:{self._opa_port}", "--log-level", "error", "--skip-version-check",
        ]  # fmt: skip
        bundle = f"http://{ENGINE}:{self._bundle_port}"
        log = self._directory / f"opa-{len(self.opas)}.log"
        opa = self._child(arguments, log, NO_PROXY="*", TRACEWIRE_BUNDLE_URL=bundle)
        self.opas.append(opa)
        await opa.start()
        self._name(address, OPA)
        return opa

    async def answered(self, opa: Child) -> int:
        """How many requests for judgement *opa* has answered, by its own count."""
        address = f"http://127.0.3.{self.opas.index(opa) + 1}:{self._opa_port}/metrics"
        async with aiohttp.ClientSession() as session:
            try:
                async with session.get(address) as response:
                    return answered_in(await response.text())
            except aiohttp.ClientError:
                return 0

    async def add_engine(self) -> Child:
        """One more engine, started."""
        address = f"127.0.2.{len(self.engines) + 1}"
        arguments = [
            *(sys.executable, "-m", "engine", "--nats", self.bus.url),
            *("--signatures", str(self.signatures)),
        ]
        settings = {
            "TRACEWIRE_NODE": address,
            "TRACEWIRE_ENGINE_OPA": f"http://{OPA}:{self._opa_port}",
            "TRACEWIRE_ENGINE_BUNDLE_HOST": address,
            "TRACEWIRE_ENGINE_BUNDLE_PORT": str(self._bundle_port),
            "TRACEWIRE_ENGINE_OPA_PROGRAM": opa_program("opa"),
        }
        log = self._directory / f"engine-{len(self.engines)}.log"
        engine = self._child(arguments, log, **(settings | self._settings))
        self.engines.append(engine)
        await engine.start()
        self._name(address, ENGINE)
        return engine

    def _child(self, arguments: list[str], log: Path, **environment: str) -> Child:
        return Child([*_OWN_HOSTS, str(self._hosts), *arguments], log, **environment)

    def _name(self, address: str, name: str) -> None:
        # In place: what is mounted is the file and not its name.
        with self._hosts.open("a") as hosts:
            hosts.write(f"{address} {name}\n")

    async def statuses(self) -> dict[int, ServiceStatus]:
        """What each engine says of itself, by its process id."""
        return {one.pid: one for one in await answers(self.client) if one.service == "engine"}

    async def ready(self, count: int) -> None:
        """Wait until *count* engines are ready."""

        async def all_ready() -> bool:
            return sum(one.ready for one in (await self.statuses()).values()) == count

        await until(all_ready, f"{count} engines are ready")

    async def settled(self, seconds: float = 60) -> None:
        """Every event that has been published is judged: nothing is waiting or under way."""
        jetstream = self.client.jetstream()

        async def nothing_left() -> bool:
            info = await jetstream.consumer_info(subjects.EVENTS_STREAM, subjects.ENGINE_CONSUMER)
            return info.num_pending == 0 and info.num_ack_pending == 0

        await until(nothing_left, "all events are judged", seconds)

    async def findings(self) -> list[Finding]:
        """All that are stored, however often."""
        async with contextlib.aclosing(findings(self.bus.url, since=None, follow=False)) as stored:
            return [finding async for finding in stored]
