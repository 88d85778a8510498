"""The one place that connects to NATS."""

import asyncio
import contextlib
import importlib.util
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, KeyValueConfig, RetentionPolicy, StorageType, StreamConfig
from nats.js.kv import KeyValue

from tracewire import subjects
from tracewire.errors import BusError

_HOUR = 3600.0
_MEBIBYTE = 1024 * 1024

# A larger buffer is slower under asyncio: each partial send copies what is left.
_PENDING_BYTES = 128 * 1024

# What may stand in a subject as one token.
_USER = re.compile(r"[A-Za-z0-9_-]+")
# As nats-py passes the server's word on, in small letters.
_REFUSAL = re.compile(r'permissions violation for (publish|subscription) to "([^"]+)"')
_MAKING = re.compile(r"\$js\.api\.stream\.create\.((?:kv_)?tracewire_.+)")
_MOST_REFUSALS = 100

# A container whose host has vanished is forgotten; others are told of again before that.
_BUCKET_SECONDS = {subjects.INVENTORY_BUCKET: 24 * _HOUR}

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0
_MOST_RESETS = 3


def without_credentials(url: str) -> str:
    """*url* as it may be printed."""
    parts = urlsplit(url)
    return url.replace(parts.netloc, parts.netloc.rpartition("@")[2], 1)


def _user(url: str, *, keyed: bool) -> str | None:
    """The name in *url*, if it is one that may be shown."""
    parts = urlsplit(url.partition(",")[0])
    # Without a key, a user without a password is a token, which is nobody else's business.
    named = (parts.password or keyed) and parts.username and _USER.fullmatch(parts.username)
    return parts.username if named else None


def inbox_prefix(url: str, *, keyed: bool = False) -> str:
    """Where answers come to: below the user's name, so that a server can keep users apart there too.

    Args:
        url: Of NATS.
        keyed: Whether an nkey says who connects, and the user in *url* only what it is called.
    """
    user = _user(url, keyed=keyed)
    return f"_INBOX.{user}" if user else "_INBOX"


class _Refusals:
    """Says what the server refuses a user once for each thing: a service tries again and again."""

    def __init__(self, user: str | None, tell: Callable[[str], Awaitable[None]]) -> None:
        self._who = f"user {user}" if user else "this user"
        self._tell = tell
        self._said: set[tuple[str, str]] = set()

    async def heard(self, error: Exception) -> None:
        """The client has reported *error*, a refusal or anything else."""
        refusal = _REFUSAL.search(str(error))
        if refusal is None:
            await self._tell(f"NATS: {error or type(error).__name__}")
            return
        kind, subject = refusal.groups()
        if (kind, subject) in self._said or len(self._said) >= _MOST_REFUSALS:
            return
        self._said.add((kind, subject))
        if making := _MAKING.fullmatch(subject):
            # No fault: this service is there before the first engine, whose role alone may.
            await self._tell(f"NATS has no stream {making[1]} yet; an engine makes it")
            return
        deed = "publish" if kind == "publish" else "subscribe"
        await self._tell(
            f"NATS does not let {self._who} {deed} to {subject}; are these another role's credentials?"
        )


async def connect(
    url: str,
    name: str,
    *,
    on_trouble: Callable[[str], Awaitable[None]] | None = None,
    keep_trying: bool = False,
    credentials: str | None = None,
    ca: str | None = None,
) -> Client:
    """A connection that comes back by itself whenever NATS does.

    Args:
        url: `nats://[user:password@]host:port`; several with commas.
        name: Shown by the server beside the connection.
        on_trouble: Told in a sentence of each disconnection and return, and once of each thing refused.
        keep_trying: Wait for NATS to appear rather than fail.
        credentials: Path of a NATS nkey seed file, or None.
        ca: Path of the certificates that NATS's own must be signed by; those of the system where None.

    Raises:
        BusError: NATS is not there, or refuses these credentials; or one of the files cannot be used.
    """
    security = _security(without_credentials(url), credentials, ca)

    async def tell(sentence: str) -> None:
        if on_trouble is not None:
            await on_trouble(sentence)

    async def disconnected() -> None:
        await tell("NATS is away; waiting for it to come back")

    async def reconnected() -> None:
        await tell("NATS is back")

    refusals = _Refusals(_user(url, keyed=credentials is not None), tell)
    pause = _FIRST_PAUSE
    resets = 0
    while True:
        try:
            return await _attempt(
                url.split(","),
                refusals.heard,
                name=name,
                inbox_prefix=inbox_prefix(url, keyed=credentials is not None),
                **security,
                disconnected_cb=disconnected,
                reconnected_cb=reconnected,
            )
        except (OSError, TimeoutError, nats.errors.Error) as error:
            problem = _problem_in(error)
            if isinstance(error, ConnectionResetError) and resets < _MOST_RESETS:
                resets += 1
                continue
            if not keep_trying:
                raise BusError(without_credentials(url), problem) from error
            await tell(f"NATS is not there yet ({problem}); trying again in {pause:g} s")
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def _security(where: str, credentials: str | None, ca: str | None) -> dict[str, Any]:
    """What nats-py has to be told of keys and certificates, once it is sure that they can be used."""
    chosen: dict[str, Any] = {}
    if ca is not None:
        try:
            chosen["tls"] = ssl.create_default_context(cafile=ca)
        except OSError as error:  # also what is no certificate: ssl.SSLError
            problem = f"the certificates in {ca} cannot be used: {error.strerror or error}"
            raise BusError(where, problem, remedy="Correct nats_ca (TRACEWIRE_NATS_CA).") from error
    if credentials is not None:
        if importlib.util.find_spec("nkeys") is None:
            remedy = "pip install 'tracewire[nkeys]'"
            raise BusError(where, "nkeys need a package that is not installed", remedy=remedy)
        try:
            Path(credentials).open("rb").close()
        except OSError as error:
            problem = f"the seed in {credentials} cannot be read: {error.strerror or error}"
            raise BusError(where, problem, remedy="Correct nats_seed (TRACEWIRE_NATS_SEED).") from error
        chosen["nkeys_seed"] = credentials
    return chosen


def _problem_in(error: Exception) -> str:
    if isinstance(error, ConnectionResetError):
        # It says so before it closes, but now and then the closing comes first.
        return "it closes the connection at once, as a server does that refuses the credentials"
    return str(error) or type(error).__name__


async def _attempt(
    servers: list[str], on_error: Callable[[Exception], Awaitable[None]], **options: Any
) -> Client:
    """A connection, if one of *servers* takes it at the first try.

    nats-py itself would go on trying for ever, as it does after a disconnection.
    """
    client = Client()
    refusals: list[Exception] = []
    all_refused = asyncio.Event()
    connected = False

    async def failed(error: Exception) -> None:
        if connected:
            await on_error(error)
            return
        refusals.append(error)
        if len(refusals) >= len(servers):
            all_refused.set()

    connecting = asyncio.ensure_future(
        client.connect(
            servers,
            allow_reconnect=True,
            max_reconnect_attempts=-1,
            connect_timeout=2,
            pending_size=_PENDING_BYTES,
            error_cb=failed,
            # Passed on as a float, though annotated as an integer.
            **{"reconnect_time_wait": 0.5, **options},
        )
    )
    refused = asyncio.ensure_future(all_refused.wait())
    try:
        await asyncio.wait([connecting, refused], return_when=asyncio.FIRST_COMPLETED)
        if not connecting.done():
            raise refusals[-1]  # noqa: TRY301  (cleaned up after like any other failure)
        await connecting
    except BaseException:
        connecting.cancel()
        await asyncio.gather(connecting, return_exceptions=True)
        await client.close()
        raise
    finally:
        refused.cancel()
    connected = True
    return client


@contextlib.asynccontextmanager
async def connection(
    url: str, name: str, *, credentials: str | None = None, ca: str | None = None
) -> AsyncIterator[Client]:
    """A connection for the length of a block; see `connect`."""
    client = await connect(url, name, credentials=credentials, ca=ca)
    try:
        yield client
    finally:
        await client.close()


def stream_configurations(
    *, event_mebibytes: int = 512, event_hours: float = 24, finding_hours: float = 24 * 30, replicas: int = 1
) -> list[StreamConfig]:
    """The streams of the contract.

    Events are bounded by size: when engines are away for too long the oldest go, and
    `tracewire ledger` says how many.
    """
    return [
        StreamConfig(
            name=subjects.EVENTS_STREAM,
            subjects=[subjects.ALL_EVENTS],
            retention=RetentionPolicy.LIMITS,
            discard=DiscardPolicy.OLD,
            storage=StorageType.FILE,
            max_bytes=event_mebibytes * _MEBIBYTE,
            max_age=event_hours * _HOUR,
            duplicate_window=120,
            num_replicas=replicas,
        ),
        StreamConfig(
            name=subjects.FINDINGS_STREAM,
            subjects=[subjects.ALL_FINDINGS],
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            max_bytes=256 * _MEBIBYTE,
            max_age=finding_hours * _HOUR,
            # An engine may be given an event again long after the first time.
            duplicate_window=_HOUR,
            num_replicas=replicas,
        ),
        StreamConfig(
            name=subjects.LEDGER_STREAM,
            subjects=[subjects.ALL_LEDGERS],
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            max_msgs_per_subject=3600,
            max_bytes=64 * _MEBIBYTE,
            max_age=24 * _HOUR,
            num_replicas=replicas,
        ),
    ]


async def provide(jetstream: JetStreamContext) -> None:
    """Create the streams and buckets that are not there yet.

    Safe to call from every service at once: whoever comes first creates them.

    Raises:
        BusError: JetStream is off, or these credentials may not create a missing stream.
    """
    try:
        for configuration in stream_configurations():
            assert configuration.name is not None  # noqa: S101  (set above)
            try:
                await jetstream.stream_info(configuration.name)
            except nats.js.errors.NotFoundError:
                await jetstream.add_stream(configuration)
        for bucket in (subjects.INTEREST_BUCKET, subjects.INVENTORY_BUCKET, subjects.QUARANTINE_BUCKET):
            await bucket_of(jetstream, bucket)
    except (nats.js.errors.Error, nats.errors.Error, TimeoutError) as error:
        raise unusable_jetstream(error) from error


def unusable_jetstream(error: Exception) -> BusError:
    """What *error*, from a request to JetStream, means, and what to do about it."""
    match error:
        case nats.js.errors.ServiceUnavailableError():
            # Nobody listens where JetStream would.
            return BusError("JetStream", "it is off", remedy="Start nats-server with -js.")
        case TimeoutError() | nats.errors.TimeoutError():
            # A server says nothing to who asks for what its role may not.
            return BusError(
                "JetStream",
                "no answer: something is missing that these credentials may not make, or NATS is busy",
                remedy="The engine makes them: start one (`tracewire up`, or `python -m engine`), and look "
                "with `tracewire status` whether it is ready.",
            )
        case _:
            return BusError(
                "JetStream",
                str(error) or type(error).__name__,
                remedy="That is NATS's own answer; its log says more.",
            )


async def bucket_of(jetstream: JetStreamContext, name: str) -> KeyValue:
    """The key-value bucket *name*, created if it is not there yet."""
    try:
        return await jetstream.key_value(name)
    except nats.js.errors.NotFoundError:
        return await jetstream.create_key_value(
            KeyValueConfig(bucket=name, history=1, storage=StorageType.FILE, ttl=_BUCKET_SECONDS.get(name))
        )
