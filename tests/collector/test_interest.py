"""Leases end when their time is over, and not when somebody sets the clock."""

import asyncio
import time
from collections.abc import AsyncIterator

import msgspec
import pytest
from nats.js.kv import KeyValue

import collector.interest
from collector.interest import InterestWatch
from tests.serving import Nats, until
from tracewire import bus, subjects
from tracewire.interest import EventInterest, Interest

pytestmark = pytest.mark.nats


class Watched:
    """A bucket of interests, and which of them a watch says hold."""

    def __init__(self, bucket: KeyValue) -> None:
        self.holding: set[str] = set()
        self._bucket = bucket

    async def put(self, key: str, expires: float) -> None:
        """An interest that ends at a time of day; 0: never."""
        interest = Interest(asker=key, events={"ptrace": EventInterest()}, expires=expires)
        await self._bucket.put(key, msgspec.json.encode(interest))

    async def until_holding(self, *keys: str) -> None:
        """Wait until exactly these hold."""
        await until(lambda: self.holding == set(keys), f"{keys} hold")


@pytest.fixture
async def watched(nats_server: Nats) -> AsyncIterator[Watched]:
    """A bucket on a real server, followed."""
    async with bus.connection(nats_server.url, "test") as client:
        await bus.provide(client.jetstream())
        made = Watched(await bus.bucket_of(client.jetstream(), subjects.INTEREST_BUCKET))

        async def apply(holding: dict[str, Interest]) -> None:
            made.holding = set(holding)

        watch = asyncio.create_task(InterestWatch(apply, print).run(client))
        yield made
        watch.cancel()


async def test_lease_that_is_not_renewed_ends(watched: Watched) -> None:
    """Without a word of whoever had it; what has no end stays."""
    await watched.put("for_ever", 0)
    await watched.put("brief", time.time() + 2)
    await watched.until_holding("for_ever", "brief")
    await watched.until_holding("for_ever")


@pytest.mark.parametrize("seconds", [3600, -3600])
async def test_clock_that_jumps_ends_no_lease_and_prolongs_none(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    """What was said in the old time ends after as many seconds as it had left."""
    lasting, brief = time.time() + 600, time.time() + 3
    await watched.put("lasting", lasting)
    await watched.put("brief", brief)
    await watched.until_holding("lasting", "brief")

    before = time.time
    monkeypatch.setattr(collector.interest.time, "time", lambda: before() + seconds)
    await watched.put("new", 0)
    await watched.until_holding("lasting", "brief", "new")
    await watched.until_holding("lasting", "new")
