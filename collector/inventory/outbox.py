"""What the inventory puts on the bus: each thing once it is accepted, however long NATS is away."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.js.kv import KeyValue

from tracewire import bus, subjects
from tracewire.batch import VERSION, BatchHeader, encode
from tracewire.catalogue import BY_ID
from tracewire.event import Event
from tracewire.inventory import Container

_FAMILY = "container"
_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 2.0

Trouble = (nats.errors.Error, nats.js.errors.Error, TimeoutError, OSError)


class Outbox:
    """Publishes events and writes the bucket.

    Attributes:
        published: Events that JetStream has stored.
        problem: Why it accepts nothing at the moment, or None.
    """

    def __init__(self, client: Client, *, node: str, boot: str, session: str) -> None:
        """Nothing is sent yet.

        Args:
            client: Connected.
            node: Name of the host.
            boot: The kernel's boot id.
            session: Unique for this start.
        """
        self._client = client
        self._jetstream = client.jetstream()
        self._node, self._boot, self._session = node, boot, session
        self._sequence = 0
        self.published = 0
        self.problem: str | None = None

    async def event(self, event: Event, clock_offset: int, identity: str) -> None:
        """Publish *event* as a batch of its own.

        Args:
            event: Of the container family.
            clock_offset: Add to its time to get nanoseconds since 1970.
            identity: The container's, so that a repetition is known as one.
        """
        header = BatchHeader(
            version=VERSION,
            node=self._node,
            boot=self._boot,
            session=self._session,
            family=_FAMILY,
            sequence=self._sequence,
            clock_offset=clock_offset,
            count=1,
            lost=0,
        )
        self._sequence += 1
        payload = encode(header, [msgspec.Raw(msgspec.msgpack.encode(event))])
        name = BY_ID[event.event_id].name
        headers = {"Nats-Msg-Id": f"inventory/{self._node}/{self._boot}/{name}/{identity}/{event.time}"}
        subject = subjects.events(self._node, _FAMILY)
        await self._insist(lambda: self._jetstream.publish(subject, payload, headers=headers))
        self.published += 1

    async def tell(self, container: Container, *, only_if_new: bool = False) -> None:
        """Write *container* into the bucket.

        Args:
            container: What is known of it.
            only_if_new: Leave what is there already, from somebody who knew more.
        """
        payload = msgspec.json.encode(container)

        async def write() -> None:
            bucket = await self._bucket()
            if not only_if_new:
                await bucket.put(container.id, payload)
                return
            with contextlib.suppress(nats.js.errors.KeyWrongLastSequenceError):  # It is there.
                await bucket.create(container.id, payload)

        await self._insist(write)

    async def forget(self, identity: str) -> None:
        """Take a container out of the bucket, if it is this node's."""

        async def purge() -> None:
            bucket = await self._bucket()
            try:
                entry = await bucket.get(identity)
            except nats.js.errors.KeyNotFoundError:
                return
            if node_of(entry.value) == self._node:
                await bucket.purge(identity)

        await self._insist(purge)

    async def told(self) -> list[Container]:
        """The containers of this node that are in the bucket."""
        found: list[Container] = []

        async def read() -> None:
            found.clear()
            bucket = await self._bucket()
            name = f"KV_{subjects.INVENTORY_BUCKET}"
            prefix = f"$KV.{subjects.INVENTORY_BUCKET}."
            info = await self._jetstream.stream_info(name, subjects_filter=f"{prefix}>")
            for subject in info.state.subjects or {}:
                try:
                    entry = await bucket.get(subject.removeprefix(prefix))
                    container = msgspec.json.decode(entry.value or b"", type=Container)
                except (nats.js.errors.KeyNotFoundError, msgspec.DecodeError):
                    continue
                if container.node == self._node:
                    found.append(container)

        await self._insist(read)
        return found

    async def _bucket(self) -> KeyValue:
        return await bus.bucket_of(self._jetstream, subjects.INVENTORY_BUCKET)

    async def _insist(self, act: Callable[[], Awaitable[Any]]) -> None:
        pause = _PAUSE_SECONDS
        while True:
            try:
                await act()
            except Trouble as error:
                self.problem = str(error) or type(error).__name__
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            else:
                self.problem = None
                return


def node_of(value: bytes | None) -> str | None:
    """The node of a bucket's value; None where it is no container."""
    try:
        return msgspec.json.decode(value or b"", type=Container).node
    except msgspec.DecodeError:
        return None
