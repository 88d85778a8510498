"""The service: everything is built here and nowhere else."""

import asyncio
import contextlib
import os
import signal
import sys
import time
import uuid
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from collector import capabilities, linux, machine
from collector.batches import Queue
from collector.clock import Clock
from collector.counters import Books
from collector.interest import InterestWatch
from collector.publisher import Publisher
from collector.pump import Pump
from collector.session import Session
from tracewire import bus, subjects
from tracewire.catalogue import BY_NAME, FAMILIES
from tracewire.interest import Interest, union
from tracewire.ledger import Ledger
from tracewire.moments import rfc3339
from tracewire.settings import Settings
from tracewire.status import ServiceStatus
from tracewire.text import printable

_MEBIBYTE = 1024 * 1024
_LEDGER_SECONDS = 1.0
_MANY_EVENTS = 10_000  # in a second: enough for memory to have grown
_FLUSH_SECONDS = 8.0
_LAST_CHANCE_SECONDS = 2.0  # for a NATS that is away at the end to come back


def say(sentence: str) -> None:
    """One line on stderr for one thing that happened."""
    print(f"collector: {printable(sentence)}", file=sys.stderr, flush=True)  # noqa: T201  (the log)


class Collector:
    """One running collector."""

    def __init__(self, settings: Settings) -> None:
        """Load the objects; nothing is attached yet.

        Raises:
            MachineError: This machine cannot.
            ObjectsError: There are no objects.
            SettingsError: A rung is asked for that does not exist.
        """
        facts = machine.examine(settings.collector.btf)
        machine.require(facts)
        begin = time.monotonic()
        own = settings.collector
        self._settings = settings
        self._node = settings.node_name
        self._instance = uuid.uuid4().hex[:16]
        self._session = Session(
            facts,
            ring_mebibytes=own.ring_mebibytes,
            btf=own.btf,
            pushdown=own.pushdown,
            sample=own.sample,
            rungs=own.rungs,
        )
        linux.trim_memory()
        linux.keep_freed_memory()
        self._clock = Clock()
        self._queue = Queue(own.queue_mebibytes * _MEBIBYTE)
        self._books = Books(self._session.objects.maps.get("counts"), self._session.rings, self._queue)
        self._pump = Pump(
            self._session.rings, self._queue, self._clock, tick_seconds=own.tick_milliseconds / 1000
        )
        self._publisher = Publisher(
            self._queue,
            node=self._node,
            boot=Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip(),
            session=self._instance,
            lost=self._books.lost,
            say=say,
        )
        self._watch = InterestWatch(self._apply, say)
        self._applied: dict[str, str] = {}
        self._client: Client | None = None
        self._finished = False
        loaded = len(self._session.objects.programs)
        say(f"{loaded} programs loaded in {time.monotonic() - begin:.1f} s on kernel {facts.kernel}")

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT, then deliver what is left."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        if not self._settings.collector.keep_capabilities:
            capabilities.drop()
            say(f"capabilities dropped to {', '.join(sorted(capabilities.held())) or 'none'}")
        work = asyncio.create_task(self._work())
        stopping = asyncio.create_task(stop.wait())
        publishing = asyncio.create_task(self._publisher.run())
        await asyncio.wait((work, stopping, publishing), return_when=asyncio.FIRST_COMPLETED)
        failed = next((task for task in (work, publishing) if task.done()), None)
        stopping.cancel()
        work.cancel()
        await asyncio.wait((work, stopping))
        try:
            await self._finish()
        finally:
            publishing.cancel()
            await asyncio.wait((publishing,))
            if self._client is not None:
                await self._client.close()
            self._session.close()
        if failed is not None:
            failed.result()

    async def _work(self) -> None:
        self._client = client = await bus.connect(
            self._settings.nats,
            f"tracewire collector {self._node}",
            on_trouble=self._trouble,
            keep_trying=True,
            credentials=self._settings.nats_seed,
            ca=self._settings.nats_ca,
        )
        say(f"connected to {bus.without_credentials(self._settings.nats)}")
        await client.subscribe(subjects.STATUS, cb=self._answer)
        await self._publisher.use(client)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch.run(client))
            tasks.create_task(self._keep_books(client))

    async def _trouble(self, sentence: str) -> None:
        if self._finished:
            return  # it is this process that leaves
        say(sentence)
        self._publisher.wake()
        self._watch.wake()

    async def _apply(self, interests: dict[str, Interest]) -> None:
        wanted = union(list(interests.values()))
        seconds = 0.0
        for names in self._stages(wanted):
            await self._load(names)
            seconds = self._session.apply({name: wanted[name] for name in names})
            choices = self._session.choices
            self._books.follow(choice.event.id for choice in choices.values() if choice.rung)
            if self._session.attachments.links:
                self._pump.start()
        self._applied = {key: interest.revision for key, interest in interests.items()}
        programs = len(self._session.attachments.links)
        if not programs:
            self._pump.drain()
            self._pump.stop()
        seen = sum(choice.rung is not None for choice in choices.values())
        milliseconds = round(seconds * 1000)
        say(f"{seen} of {len(wanted)} wanted events, {programs} programs attached, in {milliseconds} ms")
        for problem in self._session.problems():
            say(problem)

    def _stages(self, wanted: Iterable[str]) -> list[list[str]]:
        """What to want one after the other: a family is seen before the next one has been verified."""
        known, new = [], dict[str, list[str]]()
        for name in wanted:
            if name in self._session.choices or name not in BY_NAME:
                known.append(name)
            else:
                new.setdefault(BY_NAME[name].family, []).append(name)
        ordered = [new[family] for family in FAMILIES if family in new]
        return list(accumulate(ordered[1:], initial=known + ordered[0])) if ordered else [known]

    async def _load(self, wanted: Iterable[str]) -> None:
        """Have the kernel verify what is missing, while events of what is attached go on."""
        objects = self._session.objects
        before, begin = len(objects.programs), time.monotonic()
        loading = asyncio.ensure_future(asyncio.to_thread(self._session.prepare, wanted))
        try:
            await asyncio.shield(loading)
        except asyncio.CancelledError:
            # What is being loaded cannot be closed.
            await asyncio.wait((loading,))
            raise
        if loaded := len(objects.programs) - before:
            linux.trim_memory()
            say(f"{loaded} programs loaded in {time.monotonic() - begin:.1f} s")

    async def _keep_books(self, client: Client) -> None:
        dropped = moved = 0
        grown = False
        while True:
            await asyncio.sleep(_LEDGER_SECONDS)
            self._clock.follow()
            moved_before, moved = moved, self._pump.moved
            if moved - moved_before > _MANY_EVENTS:
                grown = True
            elif grown and not len(self._queue):
                linux.trim_memory()
                grown = False
            if client.is_connected:
                await self._publish_ledger(client)
            now_dropped = self._queue.dropped.total()
            if now_dropped > dropped:
                say(f"{now_dropped - dropped} events dropped: the queue is full ({now_dropped} so far)")
                dropped = now_dropped

    async def _publish_ledger(self, client: Client) -> None:
        if self._session.attachments.links:
            self._pump.drain()
        ledger = Ledger(
            node=self._node,
            session=self._instance,
            time=rfc3339(time.time_ns()),
            events=self._books.balance(),
            cpus=self._books.cpus(),
            missed_calls=self._session.missed_calls(),
            sequences=self._publisher.sequences,
            generation=self._session.generation,
        )
        try:
            await client.publish(subjects.ledger(self._node), msgspec.json.encode(ledger))
        except nats.errors.Error as error:
            say(f"the ledger was not published: {error or type(error).__name__}")

    async def _answer(self, message: Msg) -> None:
        if message.reply and self._client is not None:
            await self._client.publish(message.reply, msgspec.json.encode(self.status()))

    def status(self) -> ServiceStatus:
        """How this collector is."""
        problems = self._session.problems()
        problems += [f"interest {key!r} is ignored: {why}" for key, why in self._watch.unreadable.items()]
        if self._publisher.problem:
            problems.append(f"events are not accepted: {self._publisher.problem}")
        connected = self._client is not None and self._client.is_connected
        if not connected:
            problems.append("NATS is away")
        return ServiceStatus(
            service="collector",
            node=self._node,
            pid=os.getpid(),
            instance=self._instance,
            ready=not problems and bool(self._session.objects.programs),
            problems=problems,
            detail={
                "generation": self._session.generation,
                "interest": {
                    name: choice.rung.name if choice.rung else None
                    for name, choice in self._session.choices.items()
                },
                "applied": self._applied,
            },
        )

    async def _finish(self) -> None:
        """Detach, take what is in the rings, deliver it, and say what could not be delivered."""
        self._session.detach()
        self._pump.stop()
        self._pump.drain()
        delivered = True
        if len(self._queue):
            connected = self._client is not None and self._client.is_connected
            delivered = await self._publisher.flush(_FLUSH_SECONDS if connected else _LAST_CHANCE_SECONDS)
        if self._client is not None and self._client.is_connected:
            await self._publish_ledger(self._client)
            with contextlib.suppress(nats.errors.Error, TimeoutError):
                await self._client.flush(timeout=int(_LAST_CHANCE_SECONDS))
        self._finished = True
        left = self._queue.queued().total()
        say("stopped" if delivered else f"stopped; {left} events could not be delivered because NATS is away")
