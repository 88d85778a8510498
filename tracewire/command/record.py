"""`tracewire record`: what the stream of events holds, into a file for `tracewire replay`."""

import argparse
import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec

from tracewire import bus, recording
from tracewire.batch import Batch
from tracewire.command.errors import Exit, UsageError
from tracewire.command.output import print_document
from tracewire.errors import BatchError
from tracewire.settings import Settings


class Recorded(msgspec.Struct, frozen=True):
    """What has been written.

    Attributes:
        file: Where to.
        batches: Messages.
        events: In them.
        bytes: Size of the file.
    """

    file: str
    batches: int
    events: int
    bytes: int


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Write the file, and say what is in it."""
    if given.wait is not None:
        asyncio.run(asyncio.sleep(given.wait.total_seconds()))
        given.since = given.wait
    found = asyncio.run(_record(given.nats or settings.nats, settings, Path(given.file), given.since))
    if given.json:
        print_document(found)
    else:
        print(f"{found.events} events in {found.batches} batches, {found.bytes} bytes, in {found.file}")
    return Exit.DONE if found.events else Exit.NOT_SO


async def _record(url: str, settings: Settings, path: Path, since: timedelta | None) -> Recorded:
    events = 0
    async with bus.connection(url, "tracewire record", credentials=settings.nats_seed) as client:
        try:
            file = path.open("wb")
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}.", "Name another file.") from error
        with file:
            writer = recording.Writer(file)
            async for payload in recording.stored(client, since):
                try:
                    events += len(Batch(payload).heads)
                except BatchError:
                    continue  # The engine would refuse it too.
                writer.write(payload)
            size = file.tell()
    return Recorded(str(path), writer.batches, events, size)
