"""How Tracewire as a whole is, asked of everyone over the bus."""

import asyncio
import contextlib
import time
from typing import Any

import msgspec
import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from tracewire import subjects
from tracewire.bus import without_credentials
from tracewire.interest import ENGINE_KEY, Interest
from tracewire.status import ServiceStatus

_GATHER_SECONDS = 0.5
# Once a collector and an engine have answered, other nodes' get this long.
_STRAGGLER_SECONDS = 0.1


class Condition(msgspec.Struct, kw_only=True):
    """What `tracewire status --json` prints.

    Attributes:
        ready: Events are collected, evaluated and published; nothing is missing.
        nats: Its `url`, and whether it is `connected`; then `version`, and the `streams` that are there.
        opa: As the first engine sees it: its address and whether it is ready; None without an engine.
        collector: The first of `collectors`, that of this host if it has one; None without any.
        engine: The first of `engines`; None without any.
        collectors: Every collector that answered.
        engines: Every engine that answered.
        problems: Sentences that say why it is not ready.
    """

    ready: bool
    nats: dict[str, Any]
    opa: Any = None
    collector: ServiceStatus | None = None
    engine: ServiceStatus | None = None
    collectors: list[ServiceStatus] = []
    engines: list[ServiceStatus] = []
    problems: list[str] = []


def without_nats(url: str, problem: str) -> Condition:
    """The condition when NATS itself does not answer."""
    where = without_credentials(url)
    return Condition(
        ready=False,
        nats={"url": where, "connected": False},
        problems=[f"NATS does not answer at {where}: {problem}"],
    )


async def answers(client: Client) -> list[ServiceStatus]:
    """What every service says of itself, as far as it answers within half a second."""
    found: dict[tuple[str, str, str], ServiceStatus] = {}
    news = asyncio.Event()

    async def take(message: Msg) -> None:
        # Without any service the server itself answers with an empty message and a status header.
        with contextlib.suppress(msgspec.DecodeError):
            status = msgspec.json.decode(message.data, type=ServiceStatus)
            found[status.service, status.node, status.instance] = status
            news.set()

    inbox = client.new_inbox()
    subscription = await client.subscribe(inbox, cb=take)
    try:
        await client.publish(subjects.STATUS, reply=inbox)
        deadline = time.monotonic() + _GATHER_SECONDS
        complete = False
        while (left := deadline - time.monotonic()) > 0:
            try:
                await asyncio.wait_for(news.wait(), left)
            except TimeoutError:
                break
            news.clear()
            if not complete and {"collector", "engine"} <= {service for service, *_ in found}:
                complete = True
                deadline = min(deadline, time.monotonic() + _STRAGGLER_SECONDS)
    finally:
        await subscription.unsubscribe()
    return sorted(found.values(), key=lambda status: (status.service, status.node, status.instance))


async def _streams(client: Client) -> list[str]:
    return sorted(info.config.name or "" for info in await client.jetstream().streams_info())


async def _engine_interest(client: Client) -> Interest | None:
    try:
        bucket = await client.jetstream().key_value(subjects.INTEREST_BUCKET)
        entry = await bucket.get(ENGINE_KEY)
        return msgspec.json.decode(entry.value or b"", type=Interest)
    except (nats.js.errors.Error, msgspec.DecodeError):
        return None


def judge(
    *,
    nats_facts: dict[str, Any],
    statuses: list[ServiceStatus],
    interest: Interest | None,
    this_node: str,
) -> Condition:
    """The condition that follows from what was answered.

    Args:
        nats_facts: What is known about NATS; it is connected.
        statuses: Every service's answer.
        interest: What the engine wants to be collected, as stored on the bus.
        this_node: Name of this host, whose collector comes first.
    """
    collectors = [status for status in statuses if status.service == "collector"]
    collectors.sort(key=lambda status: status.node != this_node)
    engines = [status for status in statuses if status.service == "engine"]
    problems = [
        f"stream {stream} is not there"
        for stream in (subjects.EVENTS_STREAM, subjects.FINDINGS_STREAM)
        if stream not in nats_facts["streams"]
    ]
    problems += [
        f"no {name} answers" for name, found in (("collector", collectors), ("engine", engines)) if not found
    ]
    for status in (*collectors, *engines):
        who = f"{status.service} on {status.node}"
        problems += [f"{who}: {problem}" for problem in status.problems]
        if not status.ready and not status.problems:
            problems.append(f"{who} is not ready yet")
    if engines and interest is None:
        problems.append("the engine has not said yet which events it wants")
    if interest is not None:
        for status in collectors:
            if status.detail.get("applied", {}).get(ENGINE_KEY) != interest.revision:
                problems.append(f"collector on {status.node} has not attached yet what the signatures need")
    if engines and not any(status.detail.get("signatures") for status in engines):
        problems.append("no signature is loaded")
    return Condition(
        ready=not problems,
        nats=nats_facts,
        opa=engines[0].detail.get("opa") if engines else None,
        collector=collectors[0] if collectors else None,
        engine=engines[0] if engines else None,
        collectors=collectors,
        engines=engines,
        problems=problems,
    )


async def examine(client: Client, url: str, this_node: str) -> Condition:
    """The condition of everything on the bus that *client* is connected to."""
    try:
        statuses, streams, interest = await asyncio.gather(
            answers(client), _streams(client), _engine_interest(client)
        )
    except (nats.errors.Error, nats.js.errors.Error, TimeoutError) as error:
        return without_nats(url, str(error) or type(error).__name__)
    version = client.connected_server_version
    facts = {
        "url": without_credentials(url),
        "connected": client.is_connected,
        "version": f"{version.major}.{version.minor}.{version.patch}",
        "streams": streams,
    }
    return judge(nats_facts=facts, statuses=statuses, interest=interest, this_node=this_node)
