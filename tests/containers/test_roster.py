"""What is known of a container, or a bounded wait for it."""

import asyncio
import contextlib
import time

import msgspec
import pytest
import pytest_asyncio

from tests.containers.conftest import Watcher
from tests.serving import Nats, until
from tracewire import bus, subjects
from tracewire.finding import PodView
from tracewire.inventory import Container
from tracewire.roster import Roster

pytestmark = pytest.mark.nats

ID = "ab" * 32
WEB = Container(id=ID, node="n", runtime="docker", name="web", pod=PodView(name="p", namespace="s", uid="1"))


@pytest_asyncio.fixture
async def roster(watcher: Watcher) -> Roster:
    """One that hears."""
    hearing = Roster(watcher.client)
    await hearing.start()
    await watcher.client.flush()
    return hearing


async def tell(watcher: Watcher, container: Container) -> None:
    """Play the inventory."""
    bucket = await bus.bucket_of(watcher.client.jetstream(), subjects.INVENTORY_BUCKET)
    await bucket.put(container.id, msgspec.json.encode(container))


async def test_known_container_is_found_at_once(watcher: Watcher, roster: Roster) -> None:
    """Also one that was told before anybody listened."""
    await tell(watcher, WEB)
    late = Roster(watcher.client)
    begin = time.monotonic()

    assert await late.find(ID) == WEB
    assert time.monotonic() - begin < 0.4
    assert late.is_settled(ID)
    assert late.get(ID) == WEB


async def test_container_that_comes_is_waited_for(watcher: Watcher, roster: Roster) -> None:
    """By everybody who asks."""
    searches = [asyncio.create_task(roster.find(ID)) for _ in range(3)]
    await until(lambda: roster._news, "they wait")
    await tell(watcher, WEB)

    assert await asyncio.gather(*searches) == [WEB] * 3


async def test_container_that_does_not_come_is_waited_for_once(watcher: Watcher, roster: Roster) -> None:
    """Half a second; afterwards nobody waits, and what comes late is known all the same."""
    begin = time.monotonic()
    assert await roster.find(ID) is None
    assert 0.4 < time.monotonic() - begin < 2.0

    begin = time.monotonic()
    assert await roster.find(ID) is None
    assert time.monotonic() - begin < 0.1
    await tell(watcher, WEB)
    await until(lambda: roster.get(ID) == WEB, "it is known")


async def test_limit_that_comes_with_the_answer_is_kept(
    roster: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python 3.11's `wait_for` swallows such a cancellation; what follows must not wait for ever."""

    async def fetch(_identity: str) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(30)

    monkeypatch.setattr(roster, "_fetch", fetch)
    async with asyncio.timeout(10):
        assert await roster.find(ID) is None


async def test_removed_entry_is_still_known(watcher: Watcher, roster: Roster) -> None:
    """A late event of the container is joined all the same."""
    await tell(watcher, WEB)
    await until(lambda: roster.get(ID) == WEB, "it is known")
    bucket = await bus.bucket_of(watcher.client.jetstream(), subjects.INVENTORY_BUCKET)
    await bucket.purge(ID)
    other = msgspec.structs.replace(WEB, id="cd" * 32)
    await tell(watcher, other)
    await until(lambda: roster.get(other.id), "what came after is heard")

    assert roster.get(ID) == WEB


@pytest.mark.parametrize("value", [b"", b"no json", b"[]", b'{"id": "x", "node": "n"}'])
async def test_nonsense_in_the_bucket_is_nothing(watcher: Watcher, roster: Roster, value: bytes) -> None:
    """Also an entry that speaks of another container than its key."""
    bucket = await bus.bucket_of(watcher.client.jetstream(), subjects.INVENTORY_BUCKET)
    await bucket.put(ID, value)

    assert await roster.find(ID) is None


async def test_what_changed_while_nats_was_away_is_asked_for_anew(
    watcher: Watcher, nats_server: Nats, roster: Roster
) -> None:
    await tell(watcher, WEB)
    await until(lambda: roster.get(ID) == WEB, "it is known")
    await nats_server.stop()
    await nats_server.start()
    await until(lambda: watcher.client.is_connected, "the connection is back")

    assert await roster.find(ID) == WEB
