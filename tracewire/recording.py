"""Batches of events in a file: what happened once can be judged again, by other signatures or elsewhere.

The file begins with a line that says what it is. Behind it stand the messages as they were on
the bus, each after its length: four bytes, the most significant one first.
"""

import struct
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from tracewire import bus, subjects
from tracewire.errors import BusError, RecordingError

MAGIC = b"tracewire events 1\n"

_LENGTH = struct.Struct(">I")
_PAGE = 64
_PATIENCE_SECONDS = 5.0
_GONE_AFTER_SECONDS = 60.0


class Writer:
    """Writes a recording.

    Attributes:
        batches: Written so far.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.batches = 0
        self._file = file
        file.write(MAGIC)

    def write(self, payload: bytes) -> None:
        """Add a message."""
        self._file.write(_LENGTH.pack(len(payload)) + payload)
        self.batches += 1


def read(path: Path) -> Iterator[bytes]:
    """The messages of the recording at *path*, in order.

    Raises:
        RecordingError: It cannot be read, is no recording, or ends in the middle of a message.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise RecordingError(str(path), "it is no recording")
            while length := file.read(_LENGTH.size):
                payload = file.read(_LENGTH.unpack(length)[0]) if len(length) == _LENGTH.size else b""
                if len(length) < _LENGTH.size or len(payload) < _LENGTH.unpack(length)[0]:
                    raise RecordingError(str(path), "it is cut short")
                yield payload
    except OSError as error:
        raise RecordingError(str(path), error.strerror or str(error)) from error


async def stored(client: Client, since: timedelta | None) -> AsyncIterator[bytes]:
    """The messages that the stream of events holds, the oldest first, up to the present end.

    Nobody else is disturbed: the reader is its own, and what it reads stays for the engines.

    Args:
        client: Connected.
        since: How far back to begin; at the first that is stored where None.

    Raises:
        BusError: The stream is not there, or NATS goes away.
    """
    jetstream = client.jetstream()
    try:
        configuration = ConsumerConfig(
            ack_policy=AckPolicy.NONE, inactive_threshold=_GONE_AFTER_SECONDS,
            deliver_policy=DeliverPolicy.ALL if since is None else DeliverPolicy.BY_START_TIME,
            opt_start_time=None if since is None else datetime.now(UTC) - since,
        )  # fmt: skip
        info = await jetstream.add_consumer(subjects.EVENTS_STREAM, configuration)
        left = info.num_pending or 0
        subscription = await jetstream.pull_subscribe_bind(info.name, subjects.EVENTS_STREAM)
        while left > 0:
            for message in await subscription.fetch(min(left, _PAGE), timeout=_PATIENCE_SECONDS):
                left -= 1
                yield message.data
        await jetstream.delete_consumer(subjects.EVENTS_STREAM, info.name)
    except nats.js.errors.NotFoundError as error:
        raise BusError("JetStream", f"it has no stream {subjects.EVENTS_STREAM}") from error
    except (nats.errors.Error, nats.js.errors.Error, TimeoutError) as error:
        raise bus.unusable_jetstream(error) from error
