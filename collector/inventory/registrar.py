"""What becomes of what cgroups, runtimes and looks say: facts in the bucket, events on the bus."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from nats.aio.msg import Msg

from collector.inventory import making
from collector.inventory.cgroups import Cgroup, cgroup_of
from collector.inventory.containers import Containers, Known
from collector.inventory.docker import Change
from collector.inventory.feed import GONE, MADE
from collector.inventory.outbox import Outbox
from collector.inventory.runtimes import Runtimes
from tracewire.batch import BatchHeader
from tracewire.errors import EventError
from tracewire.event import Event
from tracewire.inventory import Container
from tracewire.view import arguments

# How long a container that nobody names yet holds up its own creation event. A runtime
# announces a container, or writes its bundle, before the kernel makes the cgroup.
_IDENTIFY_SECONDS = 1.0
_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.02, 0.2
_LOOK_SECONDS = 5.0
# The bucket forgets what nobody repeats; see `tracewire.bus`.
_REPEAT_SECONDS = 6 * 3600.0


class Registrar:
    """Keeps the containers of one node.

    For each container one thing happens after the other; different ones do not wait for
    each other.
    """

    def __init__(
        self,
        outbox: Outbox,
        runtimes: Runtimes,
        *,
        node: str,
        boot: str,
        keep_seconds: float,
        say: Callable[[str], None],
    ) -> None:
        """Nothing is known yet.

        Args:
            outbox: Where everything goes.
            runtimes: Who is asked.
            node: Name of the host.
            boot: The kernel's boot id.
            keep_seconds: How long a removed container stays in the bucket.
            say: Told in a sentence of what a person should know.
        """
        self._outbox = outbox
        self._runtimes = runtimes
        self._node = node
        self._boot = boot
        self._keep_seconds = keep_seconds
        self._say = say
        self._containers = Containers()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._leaving: dict[str, float] = {}
        self._repeated = time.monotonic()
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Forget what is long gone, repeat what is not, until cancelled.

        Raises:
            Exception: Something went wrong that should not; the service had better end.
        """
        while True:
            done, _ = await asyncio.wait({self._failed}, timeout=_LOOK_SECONDS)
            if done:
                self._failed.result()
            now = time.monotonic()
            for identity in [identity for identity, due in self._leaving.items() if due <= now]:
                del self._leaving[identity]
                self._spawn(self._forget(identity))
            if now - self._repeated > _REPEAT_SECONDS:
                self._repeated = now
                for known in self._containers.all():
                    if known.path is not None and not known.refuted:
                        self._spawn(self._repeat(known))

    # What is heard:

    def take(self, events: list[Event], header: BatchHeader, message: Msg) -> None:
        """Cgroups were made and removed; *message* is acknowledged when all of it is on the bus."""
        tasks = []
        # Of an earlier boot: those containers are gone, and its clock began elsewhere.
        for event in events if header.boot == self._boot else ():
            cgroup = _cgroup(event)
            if cgroup is None:
                continue
            if event.event_id == MADE:
                known = self._containers.made(cgroup, event.time, header.clock_offset)
                if known is not None:
                    self._leaving.pop(known.id, None)
                    tasks.append(self._spawn(self._created(known, event, header.clock_offset)))
            elif event.event_id == GONE:
                known = self._containers.gone(cgroup, event.time, header.clock_offset)
                if known is not None:
                    tasks.append(self._spawn(self._removed(known, event, header.clock_offset)))
        self._spawn(_acknowledge(message, tasks))

    def announced(self, change: Change) -> None:
        """A runtime says that something has happened to a container."""
        if len(change.id) != 64:
            return
        if change.action == "destroy":
            known = self._containers.get(change.id)
            if known.path is None:
                self._leave(known)
            return
        known = self._containers.get(change.id)
        if change.description is not None and known.description is None:
            known.describe(change.description)
        self._spawn(self._refresh(known))

    def remember(self, told: Iterable[Container]) -> None:
        """These are in the bucket from before; who is no longer there leaves."""
        for container in told:
            self._leave(self._containers.get(container.id))

    def looked(self, found: dict[str, Cgroup], began: int, clock_offset: int, *, first: bool) -> None:
        """See `Containers.looked`."""
        new, gone = self._containers.looked(found, began, clock_offset, first=first)
        for known in new:
            self._leaving.pop(known.id, None)
            self._spawn(self._exists(known, clock_offset))
        for known in gone:
            self._spawn(self._removed(known, making.own_event(), clock_offset))

    # What is done about it:

    async def _created(self, known: Known, event: Event, clock_offset: int) -> None:
        async with known.turn:
            if await self._identify(known):
                # At once, because an engine waits for half a second; the event can wait for the rest.
                await self._tell(known, known.container(self._node))
                await self._until_asked(known)
                container = known.container(self._node)
                made = making.created(event, container, event.time + clock_offset)
                await self._outbox.event(made, clock_offset, known.id)

    async def _exists(self, known: Known, clock_offset: int) -> None:
        async with known.turn:
            if await self._identify(known):
                container = known.container(self._node)
                await self._tell(known, container)
                created_ns = known.description.created_ns if known.description else None
                await self._outbox.event(making.existing(container, created_ns), clock_offset, known.id)

    async def _removed(self, known: Known, event: Event, clock_offset: int) -> None:
        async with known.turn:
            if not known.refuted:
                container = known.container(self._node)
                await self._outbox.event(making.removed(event, container), clock_offset, known.id)
                if known.path is None:
                    await self._tell(known, container)
            if known.path is None:
                self._leave(known)

    async def _refresh(self, known: Known) -> None:
        """Ask for all of it, which an announcement does not hold, and tell it before it starts."""
        answer = await self._runtimes.describe(known.id, known.hint)
        if answer.description is not None:
            known.describe(answer.description)
        known.asked.set()
        async with known.turn:
            if known.description is not None:
                await self._tell(known, known.container(self._node))
            if known.path is None and known.removed_ns is not None:
                self._leave(known)

    async def _repeat(self, known: Known) -> None:
        async with known.turn:
            await self._tell(known, known.container(self._node))

    async def _tell(self, known: Known, container: Container) -> None:
        # Another node's inventory on the same kernel may know more than an id.
        await self._outbox.tell(container, only_if_new=known.description is None)

    async def _forget(self, identity: str) -> None:
        known = self._containers.get(identity)
        async with known.turn:
            if known.path is None:
                await self._outbox.forget(identity)
                self._containers.forget(identity)

    def _leave(self, known: Known) -> None:
        self._leaving[known.id] = time.monotonic() + self._keep_seconds

    async def _identify(self, known: Known) -> bool:
        """Find out who *known* is, within a bounded time; False if it is no container at all."""
        deadline = time.monotonic() + _IDENTIFY_SECONDS
        pause = _PAUSE_SECONDS
        while known.description is None:
            answer = await self._runtimes.describe(known.id, known.hint)
            if answer.description is not None:
                known.describe(answer.description)
                known.asked.set()
                break
            left = deadline - time.monotonic()
            if left <= 0:
                known.refuted = answer.refuted and known.description is None
                if known.refuted:
                    self._say(f"no runtime knows the container that a cgroup is named after: {known.id}")
                break
            try:
                async with asyncio.timeout(min(pause, left)):
                    await known.news.wait()
            except TimeoutError:
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        return not known.refuted

    async def _until_asked(self, known: Known) -> None:
        """Wait a moment for what a runtime's announcement did not hold, such as the image's digest."""
        if known.description is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_IDENTIFY_SECONDS):
                    await known.asked.wait()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) and not self._failed.done():
            self._failed.set_exception(error)

    # What is known:

    def present(self) -> int:
        """How many containers are there."""
        return sum(known.path is not None and not known.refuted for known in self._containers.all())

    def unconfirmed(self) -> int:
        """How many cgroups are named like a container that no runtime knows."""
        return sum(known.path is not None and known.refuted for known in self._containers.all())

    def nameless(self) -> int:
        """How many containers are there of which no runtime has told anything."""
        known = self._containers.all()
        return sum(each.path is not None and not each.refuted and each.description is None for each in known)


def _cgroup(event: Event) -> Cgroup | None:
    try:
        path = arguments(event, {"cgroup_path"})["cgroup_path"]
    except EventError:
        return None
    return cgroup_of(path.encode()) if path else None


async def _acknowledge(message: Msg, tasks: list[asyncio.Task[None]]) -> None:
    if tasks:
        await asyncio.wait(tasks)
    if all(not task.cancelled() and task.exception() is None for task in tasks):
        await message.ack()
