"""OPA's long polling, as OPA asks it."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from engine.bundle_server import BundleServer

LONG_POLLING = "application/vnd.openpolicyagent.bundles"


@pytest.fixture
async def server() -> AsyncIterator[BundleServer]:
    """A server on a port it picks."""
    built = BundleServer()
    await built.start("127.0.0.1", 0)
    yield built
    await built.stop()


@pytest.fixture
async def session(server: BundleServer) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of it."""
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}/") as opened:
        yield opened


async def test_before_the_first_bundle_there_is_none(session: aiohttp.ClientSession) -> None:
    """And the server is not healthy."""
    async with session.get("bundle.tar.gz") as bundle, session.get("health") as health:
        assert (bundle.status, health.status) == (404, 503)


async def test_bundle_is_served_with_its_revision(
    server: BundleServer, session: aiohttp.ClientSession
) -> None:
    """At once to whoever has none or another one."""
    server.publish("sha256:1", b"one")
    for headers in ({}, {"If-None-Match": '"sha256:0"', "Prefer": "modes=snapshot;wait=30"}):
        async with session.get("bundle.tar.gz", headers=headers) as answer:
            assert (answer.status, await answer.read()) == (200, b"one")
            assert answer.headers["ETag"] == '"sha256:1"'
            assert answer.headers["Content-Type"] == LONG_POLLING


async def test_who_has_it_waits_for_the_next(server: BundleServer, session: aiohttp.ClientSession) -> None:
    """And gets it the moment it is there."""
    server.publish("sha256:1", b"one")
    headers = {"If-None-Match": '"sha256:1"', "Prefer": "modes=snapshot,delta;wait=30"}

    async def ask() -> tuple[int, bytes]:
        async with session.get("bundle.tar.gz", headers=headers) as answer:
            return answer.status, await answer.read()

    asking = asyncio.create_task(ask())
    async with session.get("health"):
        assert not asking.done()
    server.publish("sha256:2", b"two")
    async with asyncio.timeout(5):
        assert await asking == (200, b"two")


async def test_wait_that_is_over_says_that_nothing_has_changed(
    server: BundleServer, session: aiohttp.ClientSession
) -> None:
    """304, in the form that keeps OPA polling this way."""
    server.publish("sha256:1", b"one")
    for prefer in ("modes=snapshot;wait=0", ""):
        headers = {"If-None-Match": '"sha256:1"', "Prefer": prefer}
        async with session.get("bundle.tar.gz", headers=headers) as answer:
            assert answer.status == 304
            assert answer.headers["Content-Type"] == LONG_POLLING


async def test_opa_says_why_it_does_not_take_a_bundle(
    server: BundleServer, session: aiohttp.ClientSession
) -> None:
    """Its status report becomes a sentence, and nothing once it has taken one."""
    failed = {
        "bundles": {"signatures": {"code": "bundle_error", "message": "no", "errors": [{"message": "row 3"}]}}
    }
    async with session.post("status", json=failed) as answer:
        assert (answer.status, server.complaint) == (204, "no; row 3")
    async with session.post("status", json={"bundles": {"signatures": {"active_revision": "1"}}}) as answer:
        assert (answer.status, server.complaint) == (204, "")
    async with session.post("status", data=b"[") as answer:
        assert answer.status == 400
