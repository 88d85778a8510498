"""What is known of containers, looked up by whoever shows an event: each id once."""

import asyncio
import contextlib
from collections import OrderedDict
from functools import partial

import msgspec
import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from tracewire import subjects
from tracewire.inventory import Container

# From the kernel's event of a new container to its entry in the bucket it takes some
# milliseconds; this is for a machine that is busy starting it.
_PATIENCE_SECONDS = 0.5
_MOST = 65536


class Roster:
    """Containers by id, as the inventories of all nodes tell them.

    A change in a bucket is a message on a subject: everything new comes by itself, and what
    was there before is fetched when it is first asked for.
    """

    def __init__(self, client: Client) -> None:
        """Nothing is known yet.

        Args:
            client: Connected.
        """
        self._client = client
        self._prefix = f"$KV.{subjects.INVENTORY_BUCKET}."
        # None: was waited for in vain.
        self._known: OrderedDict[str, Container | None] = OrderedDict()
        self._waited: dict[str, asyncio.Task[None]] = {}
        self._news: dict[str, asyncio.Event] = {}
        self._reconnects = client.stats["reconnects"]

    async def start(self) -> None:
        """Hear of changes from now on.

        Raises:
            nats.errors.Error: The connection is gone for good.
        """
        await self._client.subscribe(f"{self._prefix}>", cb=self._told)

    def is_settled(self, identity: str) -> bool:
        """Whether `get` has all that can be had without waiting."""
        self._follow_reconnects()
        return identity in self._known

    def get(self, identity: str) -> Container | None:
        """What is known of *identity*; None for nothing."""
        return self._known.get(identity)

    async def find(self, identity: str) -> Container | None:
        """What is known of *identity*, waited for at most half a second, and once.

        Whoever asks again after a wait in vain gets None at once, or what has come since.
        """
        if not self.is_settled(identity):
            search = self._waited.get(identity)
            if search is None:
                search = self._waited[identity] = asyncio.create_task(self._search(identity))
                search.add_done_callback(lambda _: self._waited.pop(identity, None))
            await asyncio.shield(search)
        return self._known.get(identity)

    async def _search(self, identity: str) -> None:
        news = self._news[identity] = asyncio.Event()
        deadline = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
        try:
            # Each with a limit of its own: `wait_for` of Python 3.11, by which nats-py asks, swallows a
            # cancellation that comes with the answer, and what is awaited next would be awaited for ever.
            for step in (partial(self._fetch, identity), news.wait):
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(deadline):
                        await step()
                if identity in self._known:
                    break
            else:
                self._learn(identity, None)
        finally:
            del self._news[identity]

    async def _fetch(self, identity: str) -> None:
        """Read the bucket itself: one request to the stream below it."""
        try:
            message = await self._client.jetstream().get_last_msg(
                f"KV_{subjects.INVENTORY_BUCKET}", f"{self._prefix}{identity}"
            )
        except (nats.js.errors.Error, nats.errors.Error, OSError):
            return  # It is not there yet, or there is no inventory at all.
        self._read(identity, message.data or b"")

    async def _told(self, message: Msg) -> None:
        self._read(message.subject.removeprefix(self._prefix), message.data)

    def _read(self, identity: str, value: bytes) -> None:
        # A marker of deletion has no value: what was known may still be asked for.
        with contextlib.suppress(msgspec.DecodeError):
            container = msgspec.json.decode(value, type=Container)
            if container.id == identity:
                self._learn(identity, container)

    def _learn(self, identity: str, container: Container | None) -> None:
        if container is None and self._known.get(identity) is not None:
            return
        self._known[identity] = container
        self._known.move_to_end(identity)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        if identity in self._news:
            self._news[identity].set()

    def _follow_reconnects(self) -> None:
        """What changed while NATS was away was not heard: ask anew."""
        reconnects = self._client.stats["reconnects"]
        if reconnects != self._reconnects:
            self._reconnects = reconnects
            self._known.clear()
