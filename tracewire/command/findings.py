"""`tracewire findings`: stored ones, then live ones."""

import argparse
import asyncio
import re
from contextlib import aclosing

from tracewire import client
from tracewire.command.errors import Exit, UsageError
from tracewire.command.interrupts import until_interrupted
from tracewire.command.printing import FindingPrinter
from tracewire.settings import Settings


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Print findings until there are no more, or until interrupted."""
    if given.signature is not None and not re.fullmatch("[a-z0-9_]+", given.signature):
        raise UsageError(
            f"{given.signature!r} is not a signature's name.",
            "Names are listed by `tracewire signatures list`.",
        )
    asyncio.run(until_interrupted(_print(given, settings)))
    return Exit.DONE


async def _print(given: argparse.Namespace, settings: Settings) -> None:
    found = client.findings(
        given.nats or settings.nats,
        since=given.since,
        follow=given.follow,
        severity=given.severity or "info",
        signature=given.signature,
        credentials=settings.nats_seed,
        ca=settings.nats_ca,
    )
    printer = FindingPrinter(as_json=given.json)
    async with aclosing(found):
        async for finding in found:
            printer.print(finding)
