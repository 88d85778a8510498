"""A message in pieces is the same message."""

import asyncio

import nats.errors
import pytest

from collector import frames
from tests.collector.serving import Nats, until
from tracewire import bus

pytestmark = pytest.mark.nats


@pytest.mark.parametrize("size", [0, 1, 1000, 300_000])
@pytest.mark.parametrize("known", [True, False], ids=["in pieces", "joined"])
async def test_what_arrives_is_what_was_published(
    nats_server: Nats, monkeypatch: pytest.MonkeyPatch, size: int, *, known: bool
) -> None:
    """Payload, header and reply, in order with what goes through the client's own publish."""
    if not known:
        monkeypatch.setattr(frames, "_NEEDED", ("no_such_attribute",))
    client = await bus.connect(nats_server.url, "test")
    subscription = await client.subscribe("there")
    rest = bytes(size)

    await client.publish("there", b"before")
    await frames.publish(
        client, "there", b"be\r\nginning", rest, reply="back", headers={"Nats-Msg-Id": "a/b/1"}
    )
    await client.publish("there", b"after")
    async with asyncio.timeout(10):
        before, message, after = [await subscription.next_msg() for _ in range(3)]
    await client.close()

    assert (before.data, after.data) == (b"before", b"after")
    assert (message.data, message.reply, message.headers) == (
        b"be\r\nginning" + rest,
        "back",
        {"Nats-Msg-Id": "a/b/1"},
    )


async def test_more_than_the_server_takes_is_refused(nats_server: Nats) -> None:
    """Before anything is written: the server would close the connection."""
    client = await bus.connect(nats_server.url, "test")

    with pytest.raises(nats.errors.MaxPayloadError):
        await frames.publish(client, "there", b"", bytes(client.max_payload + 1), reply="back", headers={})

    await client.flush()
    await client.close()


async def test_without_a_connection_nothing_is_buffered(nats_server: Nats) -> None:
    """The queue keeps it, where it can still be counted."""

    async def silent(_sentence: str) -> None:
        pass

    client = await bus.connect(nats_server.url, "test", on_trouble=silent)
    await nats_server.stop()
    await until(lambda: not client.is_connected, "the client notices")

    with pytest.raises(nats.errors.OutboundBufferLimitError):
        await frames.publish(client, "there", b"", b"", reply="back", headers={})
    await client.close()
