"""`from tracewire import findings`: typed findings from a real server."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import timedelta

import nats.errors
import nats.js.errors
import pytest
from nats.aio.client import Client

from tests.conftest import NatsServer
from tests.tracewire.making import finding
from tracewire import Finding, findings, subjects
from tracewire.errors import BusError

pytestmark = pytest.mark.nats
Publish = Callable[..., Awaitable[None]]


async def take(count: int, url: str, **options: object) -> list[Finding]:
    """The first *count* findings."""
    found: list[Finding] = []
    async with asyncio.timeout(20), aclosing(findings(url, **options)) as stream:
        async for each in stream:
            found.append(each)
            if len(found) == count:
                break
    return found


async def everything(url: str, **options: object) -> list[Finding]:
    """All stored findings."""
    async with asyncio.timeout(20):
        return [each async for each in findings(url, since=None, follow=False, **options)]


async def test_stored_findings_come_in_order_and_unchanged(nats_url: str, publish: Publish) -> None:
    """More than one page of them, and then the iteration ends."""
    stored = [finding(number) for number in range(600)]
    await publish(*stored)

    assert await everything(nats_url) == stored


async def test_no_stored_finding_ends_at_once(nats_url: str, client: Client) -> None:
    assert await everything(nats_url) == []


async def test_by_default_only_new_findings_come(nats_url: str, publish: Publish) -> None:
    await publish(finding(1))
    reader = asyncio.create_task(take(2, nats_url))
    await consumer_exists(nats_url)
    await publish(finding(2), finding(3))

    assert await reader == [finding(2), finding(3)]


async def consumer_exists(url: str) -> None:
    """Wait until somebody reads the findings."""
    from tracewire import bus  # noqa: PLC0415

    async with bus.connection(url, "test") as connection, asyncio.timeout(10):
        jetstream = connection.jetstream()
        while not await jetstream.consumers_info(subjects.FINDINGS_STREAM):  # noqa: ASYNC110  (elsewhere)
            await asyncio.sleep(0.01)


async def test_stored_ones_are_followed_by_live_ones(nats_url: str, publish: Publish) -> None:
    await publish(finding(1))
    reader = asyncio.create_task(take(2, nats_url, since=timedelta(hours=1)))
    await consumer_exists(nats_url)
    await publish(finding(2))

    assert await reader == [finding(1), finding(2)]


async def test_a_longer_since_than_time_itself_means_everything(nats_url: str, publish: Publish) -> None:
    await publish(finding(1))

    assert await take(1, nats_url, since=timedelta.max) == [finding(1)]


async def test_severity_and_signature_choose(nats_url: str, publish: Publish) -> None:
    """Severity means at least."""
    by_severity = {each: finding(n, severity=each) for n, each in enumerate(subjects.SEVERITIES)}
    other = finding(9, name="other", severity="critical")
    await publish(*by_severity.values(), other)

    assert await everything(nats_url, severity="high") == [
        by_severity["high"],
        by_severity["critical"],
        other,
    ]
    assert await everything(nats_url, severity="high", signature="other") == [other]


async def test_an_unknown_severity_is_refused(nats_url: str, client: Client) -> None:
    with pytest.raises(ValueError, match="'severe'"):
        await everything(nats_url, severity="severe")


async def test_a_durable_reader_goes_on_where_it_was(nats_url: str, publish: Publish) -> None:
    """The last one was not asked beyond, so it comes again."""
    await publish(*(finding(number) for number in range(1, 5)))

    assert await take(2, nats_url, since=None, durable="pager") == [finding(1), finding(2)]
    again = await take(3, nats_url, durable="pager")
    assert sorted(each.data["number"] for each in again) == [2, 3, 4]


async def test_what_is_no_finding_is_left_out(nats_url: str, client: Client, publish: Publish) -> None:
    await client.jetstream().publish(subjects.finding("low", "broken"), b'{"id": 1}')
    await publish(finding(1))

    assert await everything(nats_url) == [finding(1)]


async def test_a_server_that_restarts_costs_no_finding(
    nats_server: NatsServer, client: Client, publish: Publish
) -> None:
    """Each comes once, although the server forgets who was reading."""
    numbers: asyncio.Queue[int] = asyncio.Queue()

    async def read() -> None:
        async with aclosing(findings(nats_server.url, since=None)) as stream:
            async for each in stream:
                numbers.put_nowait(each.data["number"])

    reader = asyncio.create_task(read())
    async with asyncio.timeout(30):
        await publish(finding(1))
        assert await numbers.get() == 1
        nats_server.stop()
        nats_server.start()
        for each in (finding(2), finding(3)):
            await until_accepted(publish, each)
        assert [await numbers.get(), await numbers.get()] == [2, 3]
    reader.cancel()
    assert numbers.empty()


async def until_accepted(publish: Publish, each: Finding) -> None:
    """Publish as an engine does, which tries again when the connection has died."""
    while True:
        try:
            await publish(each)
        except (nats.errors.Error, nats.js.errors.Error):
            await asyncio.sleep(0.05)
        else:
            return


async def test_without_nats_it_says_so(free_port: int) -> None:
    with pytest.raises(BusError, match=f"no usable NATS at nats://127.0.0.1:{free_port}") as refused:
        await everything(f"nats://user:secret@127.0.0.1:{free_port}")

    assert "secret" not in str(refused.value) + refused.value.remedy


async def test_without_the_stream_it_says_so(nats_url: str) -> None:
    with pytest.raises(BusError, match="it has no stream TRACEWIRE_FINDINGS"):
        await everything(nats_url)


def test_importing_tracewire_is_light() -> None:
    """The client, and with it nats-py, is loaded when it is used."""
    code = "import sys, tracewire; print({'nats', 'msgspec'} & set(sys.modules)); tracewire.Finding"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"


def test_an_unknown_name_is_an_attribute_error() -> None:
    import tracewire  # noqa: PLC0415

    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        tracewire.nothing  # noqa: B018
