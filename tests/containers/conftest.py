"""Everything that containers need: a Docker engine, NATS, a collector and an inventory."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from nats.aio.msg import Msg

from tests.containers.engine import CannotRunError, Engine, engine
from tests.requirement import require
from tests.serving import Child, Nats, until
from tracewire import bus, subjects
from tracewire.batch import Batch
from tracewire.catalogue import BY_ID
from tracewire.event import Event
from tracewire.inventory import Container
from tracewire.status import ServiceStatus
from tracewire.view import arguments, view_container

NODE = "test-node"


@pytest.fixture(scope="session")
def docker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A real Docker engine."""
    require(os.geteuid() == 0, "a Docker engine needs root")
    running = engine(tmp_path_factory.mktemp("docker"))
    try:
        found = running.__enter__()
    except CannotRunError as error:
        require(None, str(error))
        raise
    try:
        yield found
    finally:
        running.__exit__(None, None, None)


@pytest_asyncio.fixture
async def nats_server(tmp_path: Any) -> AsyncIterator[Nats]:
    """A real nats-server with JetStream."""
    folder = tmp_path / "nats"
    folder.mkdir()
    server = Nats(folder)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


class Watcher:
    """Somebody who reads what a collector and an inventory publish."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.batches: list[Batch] = []

    async def listen(self) -> None:
        """Receive events from now on."""
        await bus.provide(self.client.jetstream())
        await self.client.subscribe(subjects.ALL_EVENTS, cb=self._take)

    async def _take(self, message: Msg) -> None:
        self.batches.append(Batch(message.data))

    def events(self, *names: str, node: str = NODE) -> list[Event]:
        """Those of these names, received so far."""
        return [
            event
            for batch in list(self.batches)
            if batch.header.node == node
            for event in batch.events()
            if BY_ID[event.event_id].name in names
        ]

    def args(self, name: str, identity: str | None = None, node: str = NODE) -> list[dict[str, Any]]:
        """Arguments of the events called *name*, of one container or all."""
        found = [arguments(event) for event in self.events(name, node=node)]
        return [args for args in found if identity in {None, args["container_id"]}]

    def inside(self, name: str, identity: str) -> list[Event]:
        """Events called *name* that happened in a container."""
        return [
            event
            for event in self.events(name)
            if (container := view_container(event)) and container.id == identity
        ]

    async def told(self, identity: str) -> Container | None:
        """What is in the bucket."""
        bucket = await bus.bucket_of(self.client.jetstream(), subjects.INVENTORY_BUCKET)
        try:
            entry = await bucket.get(identity)
        except Exception:  # noqa: BLE001  (whatever it is, nothing is told)
            return None
        return msgspec.json.decode(entry.value or b"", type=Container)

    async def status(self, service: str, node: str = NODE) -> ServiceStatus | None:
        """What one service says of itself; None where it does not answer."""
        inbox = self.client.new_inbox()
        mine: asyncio.Future[ServiceStatus] = asyncio.get_running_loop().create_future()

        async def take(message: Msg) -> None:
            if message.data:
                status = msgspec.json.decode(message.data, type=ServiceStatus)
                if (status.service, status.node) == (service, node) and not mine.done():
                    mine.set_result(status)

        subscription = await self.client.subscribe(inbox, cb=take)
        try:
            await self.client.publish(subjects.STATUS, b"", reply=inbox)
            return await asyncio.wait_for(mine, 0.5)
        except TimeoutError:
            return None
        finally:
            await subscription.unsubscribe()

    async def ready(self, service: str, node: str = NODE) -> ServiceStatus:
        """Its status once it is ready."""

        async def is_ready() -> ServiceStatus | None:
            status = await self.status(service, node)
            return status if status and status.ready else None

        found = await until(is_ready, f"the {service} of {node} is ready", 60)
        assert isinstance(found, ServiceStatus)
        return found

    async def collected(self, *names: str, node: str = NODE) -> None:
        """Wait until a collector has these events attached."""

        async def is_attached() -> bool:
            status = await self.status("collector", node)
            return status is not None and all(status.detail["interest"].get(name) for name in names)

        # Dozens of programs are verified first, which takes half a minute on a busy machine.
        await until(is_attached, f"{names} are collected on {node}", 120)


@pytest_asyncio.fixture
async def watcher(nats_server: Nats) -> AsyncIterator[Watcher]:
    """Somebody who reads everything."""
    client = await bus.connect(nats_server.url, "test", keep_trying=True)
    reading = Watcher(client)
    await reading.listen()
    try:
        yield reading
    finally:
        await client.close()


Starter = Callable[..., Awaitable[Child]]


@pytest_asyncio.fixture
async def start(nats_server: Nats, tmp_path: Any) -> AsyncIterator[Starter]:
    """Starts `python -m collector ARGUMENTS`; settings go in as TRACEWIRE_* variables."""
    running: list[Child] = []

    async def run(
        *arguments: str, node: str = NODE, prefix: tuple[str, ...] = (), nats: str = "", **environment: str
    ) -> Child:
        command = [*prefix, sys.executable, "-m", "collector", "--nats", nats or nats_server.url]
        log = tmp_path / f"{'-'.join(['collector', *arguments])}-{len(running)}.log"
        child = Child([*command, "--node", node, *arguments], log, **environment)
        running.append(child)
        await child.start()
        return child

    try:
        yield run
    finally:
        for child in reversed(running):
            await child.stop()
            print(child.said())


@pytest.fixture
def start_powerless(start: Starter) -> Starter:
    """Starts `python -m collector inventory` as root without any capability, and without any runtime."""
    setpriv = ("setpriv", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all")
    nowhere = {
        f"TRACEWIRE_INVENTORY_{runtime}": f"/nonexistent/{runtime}"
        for runtime in ("DOCKER", "PODMAN", "CONTAINERD", "CRIO")
    }

    async def run(**settings: str) -> Child:
        return await start("inventory", prefix=setpriv, **(nowhere | settings))

    return run


@pytest.fixture
def start_inventory(start_powerless: Starter, docker: Engine) -> Starter:
    """The same beside the tests' engine."""

    async def run(**settings: str) -> Child:
        return await start_powerless(**({"TRACEWIRE_INVENTORY_DOCKER": str(docker.socket)} | settings))

    return run


@pytest_asyncio.fixture
async def watched(can_collect: None, start: Starter, start_inventory: Starter, watcher: Watcher) -> Watcher:
    """A collector and an inventory at work."""
    await start()
    await start_inventory()
    await watcher.ready("inventory")
    await watcher.collected("cgroup_mkdir", "cgroup_rmdir")
    return watcher
