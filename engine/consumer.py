"""Takes batches of events from the bus, and gives them back only when nothing can be lost any more."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from engine.coverage import Losses
from engine.evaluation import Evaluator
from engine.plan import Item
from engine.publishing import Publisher
from engine.pull import Pull
from tracewire import bus, subjects
from tracewire.batch import Batch
from tracewire.catalogue import BY_ID
from tracewire.containers import container_id
from tracewire.errors import BatchError, BusError
from tracewire.roster import Roster

if TYPE_CHECKING:
    from nats.js import JetStreamContext

# After this a batch that a replica has taken and not finished goes to another one.
ACK_WAIT_SECONDS = 10.0
_STILL_WORKING_SECONDS = 3.0
_WINDOW = 32
_MOST_UNACKNOWLEDGED = 4096
_DRAIN_SECONDS = 8.0


class Received(msgspec.Struct):
    """What came over the bus.

    Attributes:
        batches: Messages that are batches.
        events: Events in them.
        wanted: Those that concern a signature.
        unknown: Events that this catalogue does not have.
        unreadable: Events whose beginning could be read and whose rest could not.
        refused: Messages that are no batch; taken off the stream for good.
    """

    batches: int = 0
    events: int = 0
    wanted: int = 0
    unknown: int = 0
    unreadable: int = 0
    refused: int = 0


class _Job:
    """One message with events to judge."""

    def __init__(self, message: Msg, left: int, *, poisoned: bool) -> None:
        self.message = message
        self.left = left
        self.poisoned = poisoned
        self.since = time.monotonic()


class Consumer:
    """One of any number of replicas that share the durable consumer.

    Attributes:
        received: Counts since the start.
    """

    def __init__(
        self,
        client: Client,
        evaluator: Evaluator,
        publisher: Publisher,
        *,
        workers: int,
        batch_events: int,
        tell: Callable[[str], None],
    ) -> None:
        self.received = Received()
        self._client = client
        self._jetstream: JetStreamContext = client.jetstream()
        self._evaluator = evaluator
        self._publisher = publisher
        self._workers = workers
        self._batch_events = batch_events
        self._tell = tell
        self._losses = Losses()
        self._items: deque[tuple[_Job, Item]] = deque()
        self._jobs: set[_Job] = set()
        self._roster = Roster(client)
        self._waiting: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._pull = Pull(
            client,
            stream=subjects.EVENTS_STREAM,
            consumer=subjects.ENGINE_CONSUMER,
            window=_WINDOW,
            on_message=self._take,
            on_missing=self._provide_again,
        )

    async def provide(self) -> None:
        """Create the streams and the durable consumer where they are missing.

        Raises:
            BusError: JetStream is off, or this engine may not create them.
        """
        await bus.provide(self._jetstream)
        configuration = ConsumerConfig(
            name=subjects.ENGINE_CONSUMER,
            durable_name=subjects.ENGINE_CONSUMER,
            description="The replicas of the engine",
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT_SECONDS,
            max_deliver=-1,
            max_ack_pending=_MOST_UNACKNOWLEDGED,
        )
        try:
            await self._jetstream.add_consumer(subjects.EVENTS_STREAM, configuration)
        except (nats.js.errors.Error, nats.errors.Error, TimeoutError) as error:
            raise bus.unusable_jetstream(error) from error

    async def _provide_again(self) -> None:
        self._tell("the stream or its consumer is gone from NATS; creating it")
        try:
            await self.provide()
        except BusError as error:
            self._tell(str(error))

    async def run(self, stopping: asyncio.Event) -> None:
        """Consume until *stopping*, and then finish what has been taken."""
        await self._roster.start()
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(self._pull.run()),
                tasks.create_task(self._keep_alive()),
                *(tasks.create_task(self._work()) for _ in range(self._workers)),
            ]
            await stopping.wait()
            await self._pull.stop()
            with contextlib.suppress(TimeoutError):
                # What is not finished by then is delivered again, to whoever is there.
                async with asyncio.timeout(_DRAIN_SECONDS):
                    await self._idle.wait()
            for task in running:
                task.cancel()

    async def _take(self, message: Msg) -> None:
        """Look at the beginnings of a batch's events; queue those that a signature judges."""
        received = self.received
        try:
            batch = Batch(message.data)
        except BatchError as error:
            received.refused += 1
            self._tell(f"a message on {message.subject} was refused: {error}")
            await self._settle(message, poisoned=True)
            return
        received.batches += 1
        received.events += len(batch.heads)
        plan = self._evaluator.plan
        unreadable: list[BatchError] = []
        # Not by its beginning: that does not tell whether the kernel may have judged another file.
        events = [
            event for event in batch.select(plan.wanted, unreadable) if plan.judges(event) != frozenset()
        ]
        unknown = sum(1 for head in batch.heads if head.event_id not in BY_ID)
        if unknown:
            if not received.unknown:
                self._tell("events arrive that this version does not know; they are counted and skipped")
            received.unknown += unknown
        if unreadable:
            received.unreadable += len(unreadable)
            self._tell(
                f"{len(unreadable)} events of a batch on {message.subject} cannot be read: {unreadable[0]}"
            )
        if not events:
            await self._settle(message, poisoned=bool(unreadable))
            return
        received.wanted += len(events)
        lost = self._losses.look(batch.header, batch.heads[-1].time)
        job = _Job(message, len(events), poisoned=bool(unreadable))
        self._jobs.add(job)
        self._idle.clear()
        self._queue(job, [Item(event, batch.header, lost) for event in events])

    def _queue(self, job: _Job, items: list[Item]) -> None:
        """Have *items* judged, those of a container that nobody knows yet a little later."""
        unknown: dict[str, list[Item]] = {}
        for item in items:
            container = container_id(item.event.image.cgroup)
            if container is None:
                self._items.append((job, item))
            elif self._roster.is_settled(container[0]):
                known = self._roster.get(container[0])
                self._items.append((job, msgspec.structs.replace(item, known=known)))
            else:
                unknown.setdefault(container[0], []).append(item)
        for identity, waiting in unknown.items():
            task = asyncio.create_task(self._queue_when_known(job, identity, waiting))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)
        self._wake.set()

    async def _queue_when_known(self, job: _Job, identity: str, items: list[Item]) -> None:
        known = await self._roster.find(identity)
        self._items.extend((job, msgspec.structs.replace(item, known=known)) for item in items)
        self._wake.set()

    async def _work(self) -> None:
        """Judge what has gathered; nothing waits for a batch to become full."""
        while True:
            while not self._items:
                self._wake.clear()
                await self._wake.wait()
            count = min(len(self._items), self._batch_events)
            taken = [self._items.popleft() for _ in range(count)]
            await self._evaluator.evaluate([item for _, item in taken], self._publisher.publish)
            done = []
            for job, _ in taken:
                job.left -= 1
                if not job.left:
                    done.append(job)
            for job in done:
                self._jobs.discard(job)
                await self._settle(job.message, poisoned=job.poisoned)
            if not self._jobs:
                self._idle.set()

    async def _settle(self, message: Msg, *, poisoned: bool) -> None:
        """Acknowledge *message*, or take it off the stream if it would be as wrong the next time."""
        # If that fails it comes again, and its findings are known by their ids.
        with contextlib.suppress(nats.errors.Error):
            await (message.term() if poisoned else message.ack())
        await self._pull.release()

    async def _keep_alive(self) -> None:
        """Tell the server of batches that take long, so that it does not give them to another replica."""
        while True:
            await asyncio.sleep(_STILL_WORKING_SECONDS / 3)
            now = time.monotonic()
            for job in list(self._jobs):
                if now - job.since > _STILL_WORKING_SECONDS:
                    job.since = now
                    with contextlib.suppress(nats.errors.Error):
                        await job.message.in_progress()
