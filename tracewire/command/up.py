"""`tracewire up`: everything on this host."""

import argparse
import asyncio
from urllib.parse import urlsplit

from tracewire.command.errors import Exit
from tracewire.command.interrupts import until_interrupted
from tracewire.settings import Settings

_NATS_PORT = 4222


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Run until interrupted, and leave nothing running."""
    from tracewire.up import app  # noqa: PLC0415  (no other command needs it)

    options = app.Options(
        nats_port=given.nats_port or urlsplit(settings.nats).port or _NATS_PORT,
        signatures=given.signatures or [],
        as_json=given.json,
        config=given.config,
    )
    asyncio.run(until_interrupted(app.run(options, settings)))
    return Exit.DONE
