"""Findings for any Python service, typed, as they come.

import asyncio
from tracewire import findings

async def main() -> None:
    async for finding in findings("nats://127.0.0.1:4222", severity="high"):
        print(finding.time, finding.signature.title, finding.process.exe)

asyncio.run(main())
"""

import logging
import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from tracewire import bus, subjects
from tracewire.errors import BusError
from tracewire.finding import Finding

DEFAULT_URL = "nats://127.0.0.1:4222"

_PAGE = 256
# A request that waits for a finding is forgotten by a server that restarts, and then
# nothing comes until the next one: so long may a finding be late after a restart.
_PATIENCE_SECONDS = 2.0
_GONE_AFTER_SECONDS = 60.0
_log = logging.getLogger(__name__)


async def findings(
    url: str | None = None,
    *,
    since: timedelta | None = timedelta(0),
    follow: bool = True,
    severity: str = "info",
    signature: str | None = None,
    durable: str | None = None,
    credentials: str | None = None,
    ca: str | None = None,
) -> AsyncGenerator[Finding, None]:
    """Findings in the order in which they were published.

    NATS may go away meanwhile: the iteration continues where it was when it is back.
    Close it (`contextlib.aclosing`) or let it go out of scope to close the connection.

    Args:
        url: Where NATS is; TRACEWIRE_NATS where None, or this host.
        since: How far back to begin; from now on by default, and at the first that is stored where None.
        follow: Wait for more after the last one that is stored, or end there.
        severity: At least this severe: info, low, medium, high or critical.
        signature: Only of the signature of this name.
        durable: A name under which NATS remembers how far this reader has come. A
            finding counts as read when the next one is asked for: the last one before
            a crash, or one that takes longer than 30 seconds, comes again. Several
            readers of one name share the findings. For a name that is known already,
            `since`, `severity` and `signature` are ignored.
        credentials: Path of a NATS nkey seed file.
        ca: Path of the certificates that NATS's own must be signed by; the system's where None.

    Yields:
        One finding after another. What is no finding is logged and left out.

    Raises:
        BusError: NATS or the stream of findings is not there at the beginning.
        ValueError: There is no such severity.
    """
    where = url or os.environ.get("TRACEWIRE_NATS") or DEFAULT_URL
    async with bus.connection(where, "tracewire findings", credentials=credentials, ca=ca) as client:
        reader = _Reader(client.jetstream(), _wanted(severity, signature), durable)
        try:
            await reader.begin(since)
        except (nats.errors.Error, nats.js.errors.Error, TimeoutError) as error:
            raise _no_stream(client, where, error) from error
        while follow or reader.left:
            for message in await reader.read():
                finding = _decode(message)
                try:
                    if finding is not None:
                        yield finding
                except GeneratorExit:
                    if durable is not None:
                        await message.nak()
                    raise
                if durable is not None:
                    await message.ack()


def _wanted(severity: str, signature: str | None) -> list[str]:
    """The subjects of findings that are at least this severe."""
    if severity not in subjects.SEVERITIES:
        raise ValueError(f"{severity!r} is not one of the severities {', '.join(subjects.SEVERITIES)}")
    severe_enough = subjects.SEVERITIES[subjects.SEVERITIES.index(severity) :]
    return [subjects.findings(each, signature) for each in severe_enough]


def _decode(message: Msg) -> Finding | None:
    try:
        return msgspec.json.decode(message.data, type=Finding)
    except msgspec.DecodeError as error:
        _log.warning("not a finding on %s: %s", message.subject, error)
        return None


def _no_stream(client: Client, url: str, error: Exception) -> BusError:
    if isinstance(error, nats.js.errors.NotFoundError):
        return BusError(bus.without_credentials(url), f"it has no stream {subjects.FINDINGS_STREAM}")
    problem = str(error) or type(error).__name__
    return BusError(
        bus.without_credentials(url), problem if client.is_connected else "the connection was lost"
    )


@dataclass
class _Reader:
    """A place in the stream of findings, which outlives the server's idea of it."""

    jetstream: JetStreamContext
    wanted: list[str]
    durable: str | None
    left: int = 0
    """How many stored findings are still to come."""
    _next: int = 0
    _start: datetime | None = None
    _subscription: JetStreamContext.PullSubscription | None = None

    async def begin(self, since: timedelta | None) -> None:
        """Take the place that *since* says, or where the durable reader was."""
        stream = await self.jetstream.stream_info(subjects.FINDINGS_STREAM)
        if since is None:
            self._next = 1
        elif since:
            self._start = _back(since)
        else:
            self._next = stream.state.last_seq + 1
        await self._subscribe()

    async def read(self) -> list[Msg]:
        """The next messages; none if there was none for a while."""
        # For what is stored already ask for a page; else for one message, since a
        # larger request would wait until it is full. What a durable reader has been
        # given and not read yet nobody else gets.
        size = 1 if self.durable else min(max(self.left, 1), _PAGE)
        try:
            if self._subscription is None:
                await self._subscribe()
            assert self._subscription is not None  # noqa: S101  (subscribed above)
            messages = await self._subscription.fetch(size, timeout=_PATIENCE_SECONDS)
        except TimeoutError:
            if self.left:
                await self._count()
            return []
        except (nats.errors.Error, nats.js.errors.Error) as error:
            _log.info("findings: %s; taking up where it was", error)
            await self._forget()
            return []
        unread = []
        for message in messages:
            sequence = message.metadata.sequence.stream
            # A server that was killed may know the reader as it was a moment before that.
            if self.durable or sequence >= self._next:
                unread.append(message)
                self._next = sequence + 1
            self._start = None
            self.left = message.metadata.num_pending
        return unread

    async def _subscribe(self) -> None:
        name = self.durable
        if name is None or not await self._exists(name):
            info = await self.jetstream.add_consumer(subjects.FINDINGS_STREAM, self._configuration())
            name = info.name
        self._subscription = await self.jetstream.pull_subscribe_bind(name, subjects.FINDINGS_STREAM)
        await self._count()

    def _configuration(self) -> ConsumerConfig:
        configuration = ConsumerConfig(
            durable_name=self.durable,
            filter_subjects=self.wanted,
            ack_policy=AckPolicy.EXPLICIT if self.durable else AckPolicy.NONE,
        )
        if not self.durable:
            configuration.inactive_threshold = _GONE_AFTER_SECONDS
        if self._start is not None:
            configuration.deliver_policy = DeliverPolicy.BY_START_TIME
            configuration.opt_start_time = self._start
        else:
            configuration.deliver_policy = DeliverPolicy.BY_START_SEQUENCE
            configuration.opt_start_seq = self._next
        return configuration

    async def _exists(self, name: str) -> bool:
        try:
            await self.jetstream.consumer_info(subjects.FINDINGS_STREAM, name)
        except nats.js.errors.NotFoundError:
            return False
        return True

    async def _count(self) -> None:
        assert self._subscription is not None  # noqa: S101  (called after subscribing)
        self.left = (await self._subscription.consumer_info()).num_pending or 0

    async def _forget(self) -> None:
        if self._subscription is not None:
            await self._subscription.unsubscribe()
        self._subscription = None


def _back(since: timedelta) -> datetime:
    try:
        return datetime.now(UTC) - since
    except OverflowError:
        return datetime.fromtimestamp(0, UTC)
