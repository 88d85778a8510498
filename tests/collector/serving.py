"""The outside of a collector, and the processes that tests of it start."""

from collections.abc import Callable
from typing import Any

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from tests.serving import DEADLINE, ROOT, Child, Nats, program, until
from tracewire import bus, subjects
from tracewire.batch import Batch
from tracewire.event import Event
from tracewire.interest import EventInterest, Interest
from tracewire.ledger import Ledger
from tracewire.status import ServiceStatus

__all__ = ["DEADLINE", "ROOT", "Child", "Host", "Nats", "program", "until"]


class Host:
    """The outside of a collector: what it is asked for, and what it publishes."""

    def __init__(self, client: Client, node: str) -> None:
        self.client = client
        self.node = node
        self.batches: list[Batch] = []
        self.ledgers: list[Ledger] = []

    async def listen(self) -> None:
        """Receive batches and ledgers from now on."""
        await bus.provide(self.client.jetstream())
        await self.client.subscribe(subjects.ALL_EVENTS, cb=self._batch)
        await self.client.subscribe(subjects.ledger(self.node), cb=self._ledger)

    async def _batch(self, message: Msg) -> None:
        self.batches.append(Batch(message.data))

    async def _ledger(self, message: Msg) -> None:
        self.ledgers.append(msgspec.json.decode(message.data, type=Ledger))

    def events(self, *event_ids: int) -> list[Event]:
        """Events with one of these ids, received so far."""
        return [event for batch in self.batches for event in batch.select(frozenset(event_ids))]

    async def want(self, key: str, *names: str, revision: str = "", expires: float = 0.0) -> None:
        """Put an interest in *names* at *key*."""
        bucket = await bus.bucket_of(self.client.jetstream(), subjects.INTEREST_BUCKET)
        interest = Interest(
            asker="a test",
            events={name: EventInterest() for name in names},
            revision=revision,
            expires=expires,
        )
        await bucket.put(key, msgspec.json.encode(interest))

    async def withdraw(self, key: str) -> None:
        """Take the interest at *key* back."""
        bucket = await bus.bucket_of(self.client.jetstream(), subjects.INTEREST_BUCKET)
        await bucket.delete(key)

    async def status(self) -> ServiceStatus | None:
        """What the collector says of itself; None where it does not answer."""
        try:
            answer = await self.client.request(subjects.STATUS, b"", timeout=0.5)
        except (nats.errors.Error, TimeoutError):
            return None
        return msgspec.json.decode(answer.data, type=ServiceStatus)

    async def status_where(self, condition: Callable[[ServiceStatus], Any], what: str) -> ServiceStatus:
        """The first answer for which *condition* holds."""

        async def found() -> ServiceStatus | None:
            status = await self.status()
            return status if status is not None and condition(status) else None

        result = await until(found, what)
        assert isinstance(result, ServiceStatus)
        return result

    async def next_ledger(self, condition: Callable[[Ledger], Any], what: str) -> Ledger:
        """The first ledger from now on for which *condition* holds."""
        seen = len(self.ledgers)

        def found() -> Ledger | None:
            return next((ledger for ledger in self.ledgers[seen:] if condition(ledger)), None)

        result = await until(found, what)
        assert isinstance(result, Ledger)
        return result
