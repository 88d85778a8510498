"""The inventory as a service: everything is built here and nowhere else."""

import asyncio
import contextlib
import os
import signal
import sys
import time
import uuid
from pathlib import Path

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from collector.clock import Clock
from collector.inventory.cgroups import scan
from collector.inventory.docker import Change
from collector.inventory.feed import Feed
from collector.inventory.outbox import Outbox, Trouble
from collector.inventory.registrar import Registrar
from collector.inventory.runtimes import Runtimes
from tracewire import bus, subjects
from tracewire.errors import BusError
from tracewire.interest import EventInterest
from tracewire.lease import leased
from tracewire.settings import Settings
from tracewire.status import ServiceStatus
from tracewire.text import printable

_RUNTIME_SECONDS = 2.0
_LOOK_SECONDS = 15.0
_AGAIN_SECONDS = 1.0
_EVENTS = ("cgroup_mkdir", "cgroup_rmdir")


def say(sentence: str) -> None:
    """One line on stderr for one thing that happened."""
    print(f"inventory: {printable(sentence)}", file=sys.stderr, flush=True)  # noqa: T201  (the log)


async def _say(sentence: str) -> None:
    say(sentence)


class Inventory:
    """One node's."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._node = settings.node_name
        self._instance = uuid.uuid4().hex[:16]
        self._clock = Clock()
        self._boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        self._looked = False
        self._asked = False
        self._client: Client | None = None

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        work = asyncio.create_task(self._work())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait((work, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if work.done():
            work.result()
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        say("stopped")

    async def _work(self) -> None:
        settings = self._settings
        self._client = client = await bus.connect(
            settings.nats,
            f"tracewire inventory {self._node}",
            on_trouble=_say,
            keep_trying=True,
            credentials=settings.nats_seed,
            ca=settings.nats_ca,
        )
        try:
            await self._serve(client)
        finally:
            await client.close()

    async def _serve(self, client: Client) -> None:
        boot = self._boot
        self._outbox = Outbox(client, node=self._node, boot=boot, session=self._instance)

        def announced(change: Change) -> None:
            self._registrar.announced(change)

        self._runtimes = Runtimes(self._settings.inventory, announced, say)
        self._registrar = Registrar(
            self._outbox,
            self._runtimes,
            node=self._node,
            boot=boot,
            keep_seconds=self._settings.inventory.keep_seconds,
            say=say,
        )
        self._feed = Feed(client, self._node, self._registrar.take)
        await client.subscribe(subjects.STATUS, cb=self._answer)
        try:
            # Before anything is looked at: what is there is then known by name.
            await self._runtimes.start(_RUNTIME_SECONDS)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._ask(client))
                tasks.create_task(self._look())
                tasks.create_task(self._registrar.run())
        finally:
            self._runtimes.stop()

    async def _ask(self, client: Client) -> None:
        """Have the events of cgroups collected."""
        events = {name: EventInterest() for name in _EVENTS}
        trouble = ""
        while True:
            try:
                await bus.provide(client.jetstream())
                async with leased(client, "the inventory of containers", events, key=self.interest_key):
                    self._asked, trouble = True, ""
                    await asyncio.Event().wait()
            except BusError as error:
                if str(error) != trouble:
                    trouble = str(error)
                    say(f"{error}; trying again")
            self._asked = False
            await asyncio.sleep(_AGAIN_SECONDS)

    @property
    def interest_key(self) -> str:
        """Under which this node's interest is."""
        return f"inventory.{subjects.token(self._node).replace('=', '_')}"

    async def _look(self) -> None:
        """Look at the hierarchies now and then, for what no event has told."""
        root = Path(self._settings.inventory.cgroup)
        first = True
        while True:
            try:
                await self._feed.provide()
            except (BusError, *Trouble):
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            if first:
                self._registrar.remember(await self._outbox.told())
            self._clock.follow()
            began = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
            found = await asyncio.to_thread(scan, root)
            self._registrar.looked(found, began, self._clock.offset, first=first)
            if first:
                say(f"{len(found)} containers are here")
                first, self._looked = False, True
            await asyncio.sleep(_LOOK_SECONDS)

    async def _answer(self, message: Msg) -> None:
        if message.reply and self._client is not None:
            with contextlib.suppress(nats.errors.Error):
                await self._client.publish(message.reply, msgspec.json.encode(self.status()))

    def status(self) -> ServiceStatus:
        """How this inventory is."""
        conditions = dict(self._runtimes.conditions)
        nameless = self._registrar.nameless()
        problems = [
            f"{name} cannot be asked: {condition}"
            for name, condition in conditions.items()
            if condition not in {"ok", "not here"}
        ]
        if nameless:
            problems.append(f"{nameless} containers are known by their ids only")
        if not self._asked:
            problems.append("The events of cgroups have not been asked for yet")
        if self._outbox.problem:
            problems.append(f"NATS does not accept what is known: {self._outbox.problem}")
        return ServiceStatus(
            service="inventory",
            node=self._node,
            pid=os.getpid(),
            instance=self._instance,
            ready=self._looked and self._asked and not self._outbox.problem,
            problems=problems,
            detail={
                "runtimes": conditions,
                "containers": self._registrar.present(),
                "unconfirmed": self._registrar.unconfirmed(),
                "published": self._outbox.published,
                "interest": self.interest_key,
            },
        )
