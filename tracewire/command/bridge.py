"""`tracewire bridge`: findings for a service that reads another product's form."""

import argparse
import asyncio
from collections import OrderedDict
from datetime import timedelta
from urllib.parse import urlsplit

import msgspec

from tracewire.bridge.falco import alert
from tracewire.bridge.post import Post
from tracewire.client import findings
from tracewire.command.errors import Exit, UsageError
from tracewire.command.interrupts import until_interrupted
from tracewire.command.printing import say
from tracewire.settings import Settings

# A finding whose delivery took longer than NATS waits for a reader comes a second time.
_REMEMBERED = 4096


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Deliver findings until interrupted."""
    parts = urlsplit(given.url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(
            f"{given.url!r} is no address to post to.", "Write --url http://falcosidekick:2801/."
        )
    asyncio.run(until_interrupted(_deliver(given, settings)))
    return Exit.DONE


async def _deliver(given: argparse.Namespace, settings: Settings) -> None:
    post = Post(given.url, say)
    posted: OrderedDict[str, None] = OrderedDict()
    async for finding in findings(
        given.nats or settings.nats,
        since=timedelta(0) if given.since is None else given.since,
        severity=given.severity,
        durable=given.durable,
        credentials=settings.nats_seed,
        ca=settings.nats_ca,
    ):
        if finding.id in posted:
            continue
        await post.send(msgspec.json.encode(alert(finding)))
        posted[finding.id] = None
        if len(posted) > _REMEMBERED:
            posted.popitem(last=False)
