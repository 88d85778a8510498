"""Every batch is accepted by JetStream exactly once, whatever NATS does meanwhile."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from nats.aio.client import Client

from collector.batches import Queue
from collector.publisher import Publisher
from tests.collector.making import region
from tests.collector.serving import Nats, until
from tracewire import bus, subjects
from tracewire.batch import Batch

pytestmark = pytest.mark.nats

FILE, PROCESS = 1000, 701
SESSION = "session"


@contextlib.asynccontextmanager
async def publishing(queue: Queue, url: str, said: list[str]) -> AsyncIterator[tuple[Publisher, Client]]:
    """A publisher at work on *queue*."""
    publisher = Publisher(
        queue,
        node="n",
        boot="boot",
        session=SESSION,
        lost=lambda family: queue.dropped_events[family],
        say=said.append,
    )

    async def trouble(sentence: str) -> None:
        said.append(sentence)
        publisher.wake()

    client = await bus.connect(url, "test", keep_trying=True, on_trouble=trouble)
    await publisher.use(client)
    task = asyncio.create_task(publisher.run())
    try:
        yield publisher, client
    finally:
        task.cancel()
        await asyncio.wait((task,))
        await client.close()


async def stored(url: str) -> list[Batch]:
    """All batches in the stream, in its order."""
    client = await bus.connect(url, "reader", keep_trying=True)
    jetstream = client.jetstream()
    info = await jetstream.stream_info(subjects.EVENTS_STREAM)
    messages = [
        await jetstream.get_msg(subjects.EVENTS_STREAM, number)
        for number in range(info.state.first_seq, info.state.last_seq + 1)
    ]
    await client.close()
    return [Batch(message.data or b"") for message in messages]


async def provide_streams(url: str) -> None:
    client = await bus.connect(url, "streams", keep_trying=True)
    await bus.provide(client.jetstream())
    await client.close()


async def test_batches_arrive_as_offered(nats_server: Nats) -> None:
    """Header and events are those of the queue; sequences count each family from 0."""
    await provide_streams(nats_server.url)
    queue = Queue(1 << 20)
    async with publishing(queue, nats_server.url, []) as (publisher, _):
        queue.offer("file", region(FILE, FILE), 42)
        queue.offer("file", region(FILE), 42)
        queue.offer("process", region(PROCESS), 43)
        assert await publisher.flush(5)

    batches = await stored(nats_server.url)
    headers = {(batch.header.family, batch.header.sequence): batch for batch in batches}
    assert sorted(headers) == [("file", 0), ("file", 1), ("process", 0)]
    first = headers["file", 0].header
    assert (first.node, first.boot, first.session, first.clock_offset, first.count, first.lost) == (
        "n", "boot", SESSION, 42, 2, 0,
    )  # fmt: skip
    assert [event.event_id for event in headers["process", 0].events()] == [PROCESS]
    assert publisher.sequences == {"file": 2, "process": 1}
    assert queue.accepted_events == {"file": 3, "process": 1}


async def test_a_killed_server_loses_nothing_and_doubles_nothing(nats_server: Nats) -> None:
    """Killed in the middle of a stream of batches, and again, it ends up with each of them once."""
    await provide_streams(nats_server.url)
    queue = Queue(32 << 20)
    said: list[str] = []
    total = 0
    async with publishing(queue, nats_server.url, said) as (publisher, client):
        for _ in range(3):
            for _ in range(300):
                queue.offer("file", region(FILE, filling=2000), 0)
                publisher.wake()
                total += 1
                await asyncio.sleep(0)
            await nats_server.stop()
            await until(lambda: not client.is_connected, "the client notices")
            for _ in range(100):
                queue.offer("file", region(FILE, filling=2000), 0)
                total += 1
            publisher.wake()
            await nats_server.start()
            await until(lambda: client.is_connected, "the client is back")
        assert await publisher.flush(20), said

    sequences = sorted(batch.header.sequence for batch in await stored(nats_server.url))
    assert sequences == list(range(total))
    assert queue.accepted_events == {"file": total}
    assert queue.dropped == {}


async def test_while_nats_is_away_the_queue_holds_what_fits_and_counts_the_rest(nats_server: Nats) -> None:
    """What is stored afterwards and what was dropped are together all that was offered."""
    await provide_streams(nats_server.url)
    one = region(FILE, filling=1000)
    queue = Queue(100 * (len(one.data) + 1024))
    said: list[str] = []
    async with publishing(queue, nats_server.url, said) as (publisher, client):
        await nats_server.stop()
        await until(lambda: not client.is_connected, "the client notices")
        for _ in range(250):
            queue.offer("file", one, 0)
        queue.offer("process", region(PROCESS), 0)
        publisher.wake()
        await nats_server.start()
        assert await publisher.flush(20), said

    batches = await stored(nats_server.url)
    files = [batch for batch in batches if batch.header.family == "file"]
    assert queue.dropped[FILE] == 250 - len(files) > 0
    assert [batch.header.sequence for batch in files] == list(range(len(files)))
    assert {batch.header.lost for batch in files} == {queue.dropped[FILE]}
    assert [batch.header.count for batch in batches if batch.header.family == "process"] == [1]


async def test_without_a_stream_batches_wait_for_one(nats_server: Nats) -> None:
    """The reason is said and shown; when the stream appears they go in."""
    queue = Queue(1 << 20)
    said: list[str] = []
    async with publishing(queue, nats_server.url, said) as (publisher, _):
        queue.offer("file", region(FILE), 0)
        publisher.wake()
        await until(lambda: publisher.problem, "the refusal is noticed")
        assert "no stream takes them" in (publisher.problem or "")
        await provide_streams(nats_server.url)
        assert await publisher.flush(10)
        assert publisher.problem is None

    assert [batch.header.count for batch in await stored(nats_server.url)] == [1]
    assert said[0].startswith("events are not accepted: no stream takes them")


async def test_a_batch_that_nats_never_takes_is_dropped_and_said(nats_server: Nats, tmp_path: Path) -> None:
    """A server with a small max_payload must not hold up everything behind it."""
    configuration = tmp_path / "small.conf"
    configuration.write_text("max_payload: 2048\n")
    await nats_server.stop()
    nats_server.arguments += ["-c", str(configuration)]
    await nats_server.start()
    await provide_streams(nats_server.url)
    queue = Queue(1 << 20)
    said: list[str] = []
    async with publishing(queue, nats_server.url, said) as (publisher, _):
        queue.offer("file", region(FILE, FILE, filling=4000), 0)
        queue.offer("file", region(FILE + 1), 0)
        publisher.wake()
        assert await publisher.flush(5)

    assert queue.dropped == {FILE: 2}
    assert [event.event_id for batch in await stored(nats_server.url) for event in batch.events()] == [
        FILE + 1
    ]
    assert any("max_payload" in sentence for sentence in said)


async def test_flush_ends_in_time_when_nats_is_away(nats_server: Nats) -> None:
    """A shutdown does not hang on a dead bus."""
    await provide_streams(nats_server.url)
    queue = Queue(1 << 20)
    async with publishing(queue, nats_server.url, []) as (publisher, client):
        await nats_server.stop()
        await until(lambda: not client.is_connected, "the client notices")
        queue.offer("file", region(FILE), 0)

        assert not await publisher.flush(0.2)
        assert len(queue) == 1
