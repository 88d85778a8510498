"""Events of this node's cgroups, from where the last reading ended."""

from collections.abc import Callable

import nats.js.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from tracewire import bus, subjects
from tracewire.batch import Batch, BatchHeader
from tracewire.catalogue import BY_NAME
from tracewire.errors import BatchError
from tracewire.event import Event

MADE, GONE = BY_NAME["cgroup_mkdir"].id, BY_NAME["cgroup_rmdir"].id

_FAMILY = "container"
_ACK_SECONDS = 60.0
# An inventory that was away for longer begins anew, with a look at what there is.
_REMEMBERED_SECONDS = 3600.0


class Feed:
    """A durable consumer of the container events of one node."""

    def __init__(
        self, client: Client, node: str, take: Callable[[list[Event], BatchHeader, Msg], None]
    ) -> None:
        """Nothing is read yet.

        Args:
            client: Connected.
            node: Name of the host.
            take: Given the events of each batch, which may be none; has to acknowledge the message.
        """
        self._client = client
        self._subject = subjects.events(node, _FAMILY)
        self._durable = f"inventory-{subjects.token(node).replace('=', '_')}"
        self._inbox = client.new_inbox()
        self._take = take
        self._listening = False

    async def provide(self) -> bool:
        """Make sure that the consumer is there; whether it had to be made.

        Raises:
            nats.errors.Error: NATS is away.
            nats.js.errors.Error: It refuses.
        """
        jetstream = self._client.jetstream()
        if not self._listening:
            await self._client.subscribe(self._inbox, cb=self._receive)
            self._listening = True
        try:
            info = await jetstream.consumer_info(subjects.EVENTS_STREAM, self._durable)
        except nats.js.errors.NotFoundError:
            await bus.provide(jetstream)
            await jetstream.add_consumer(subjects.EVENTS_STREAM, self._configuration())
            return True
        if info.config.deliver_subject != self._inbox:
            await jetstream.add_consumer(subjects.EVENTS_STREAM, self._configuration())
        return False

    def _configuration(self) -> ConsumerConfig:
        return ConsumerConfig(
            # Named in the subject of the request too, where a server can limit whose it may be.
            name=self._durable,
            durable_name=self._durable,
            description="The inventory of containers",
            filter_subject=self._subject,
            deliver_subject=self._inbox,
            deliver_policy=DeliverPolicy.NEW,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=_ACK_SECONDS,
            inactive_threshold=_REMEMBERED_SECONDS,
        )

    async def _receive(self, message: Msg) -> None:
        try:
            batch = Batch(message.data)
            unreadable: list[BatchError] = []
            events = list(batch.select({MADE, GONE}, unreadable))
        except BatchError:
            await message.term()  # The engine says so, to whom all batches come.
            return
        self._take(events, batch.header, message)
