"""An interest for as long as somebody looks."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Callable

import msgspec
import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.js.kv import KeyValue

from tracewire import bus, subjects
from tracewire.interest import EventInterest, Interest

# Whoever is killed without a word stops being asked for within this time.
_LEASE_SECONDS = 15.0
_RENEWAL_SECONDS = 5.0


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """An interest that is on the bus.

    Attributes:
        key: Where it is in the bucket.
        revision: Collectors that have taken it up report this revision under `key`.
    """

    key: str
    revision: str


@contextlib.asynccontextmanager
async def leased(
    client: Client, asker: str, events: dict[str, EventInterest], *, key: str | None = None
) -> AsyncIterator[Lease]:
    """Ask for *events* within the block; afterwards, or when this process dies, no longer.

    Args:
        client: A connection to the bus.
        asker: Who asks, for people.
        events: What is wanted, by event name.
        key: Where to ask; a place of its own where None.

    Raises:
        BusError: The bus has no JetStream, or does not let this client ask.
    """
    lease = Lease(key=key or f"lease-{secrets.token_hex(8)}", revision=secrets.token_hex(8))

    def interest() -> bytes:
        return msgspec.json.encode(
            Interest(
                asker=asker, events=events, revision=lease.revision, expires=time.time() + _LEASE_SECONDS
            )
        )

    try:
        bucket = await bus.bucket_of(client.jetstream(), subjects.INTEREST_BUCKET)
        await bucket.put(lease.key, interest())
    except (nats.errors.Error, nats.js.errors.Error, TimeoutError) as error:
        raise bus.unusable_jetstream(error) from error
    renewal = asyncio.create_task(_renew(bucket, lease.key, interest))
    try:
        yield lease
    finally:
        renewal.cancel()
        with contextlib.suppress(nats.errors.Error, nats.js.errors.Error, TimeoutError):
            await bucket.purge(lease.key)


async def _renew(bucket: KeyValue, key: str, interest: Callable[[], bytes]) -> None:
    while True:
        await asyncio.sleep(_RENEWAL_SECONDS)
        # NATS may be away for a moment; the next renewal makes up for it.
        with contextlib.suppress(nats.errors.Error, nats.js.errors.Error, TimeoutError):
            await bucket.put(key, interest())
