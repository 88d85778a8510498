"""What signatures have asked to be remembered, in a bucket that all replicas share."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from hashlib import blake2b

import msgspec
import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import DiscardPolicy, StorageType, StreamConfig

from engine.fact import MOST_SECONDS, Fact
from engine.remembered import Remembered
from tracewire import subjects

MOST_KEYS = 10_000
"""Of one signature; with one more, what was written longest ago is forgotten."""

_MOST_BYTES = 64 * 1024 * 1024
_SHARE_EVICTED = 100
# Events may come long after they happened: after an engine's absence, or NATS's.
_GRACE_SECONDS = 60.0
_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 2.0
_LOOK_SECONDS = 0.5
_SWEEP_SECONDS = 10.0

_STREAM = f"KV_{subjects.STATE_BUCKET}"
_PREFIX = f"$KV.{subjects.STATE_BUCKET}."
_WRITER = "Tracewire-Writer"
_OPERATION = "KV-Operation"
_WRONG_LAST_SEQUENCE = 10071
_MAXIMUM_BYTES = 10077
# Nats-TTL of a single message: since NATS 2.11.
_TTL_SINCE = (2, 11)


class Statistics(msgspec.Struct):
    """Since the start, of this replica.

    Attributes:
        written: Entries stored.
        conflicts: Entries that another replica had changed meanwhile, and that were written again.
        evicted: Entries forgotten to make room.
        left_out: Facts for which there was no room under their key.
    """

    written: int = 0
    conflicts: int = 0
    evicted: int = 0
    left_out: int = 0


class _Local:
    """What this replica knows of one entry.

    Attributes:
        entry: Its content, or what another replica has tried to make of it; None if not known.
        revision: Of the content in the bucket; None if it has to be asked for.
        forgotten: When it goes by itself, by the monotonic clock.
    """

    __slots__ = ("entry", "forgotten", "revision")

    def __init__(self, entry: Remembered | None, revision: int | None, seconds: float) -> None:
        self.entry = entry
        self.revision = revision
        self.forgotten = time.monotonic() + seconds


class Memory:
    """Entries of facts by signature and key.

    The bucket is right. An entry is changed by comparing and setting its revision, so whoever
    adds the last of several facts sees all of them, whichever replicas added the others and in
    whatever order. What is kept here is a copy, to save questions.
    """

    def __init__(self, client: Client, writer: str, tell: Callable[[str], None]) -> None:
        """Nothing is known yet.

        Args:
            client: Connected.
            writer: This replica's name.
            tell: Told in a sentence when the bucket cannot be used.
        """
        self.statistics = Statistics()
        self._client = client
        self._jetstream = client.jetstream()
        self._writer = writer
        self._tell = tell
        self._trouble = ""
        self._known: dict[str, dict[str, _Local]] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._reconnects = client.stats["reconnects"]
        self._loaded = False
        self._loading = asyncio.Lock()

    @property
    def keys(self) -> int:
        """Entries that this replica knows of."""
        return sum(len(entries) for entries in self._known.values())

    async def keep(self) -> None:
        """Hear of what other replicas write, until cancelled."""
        await self._client.subscribe(f"{_PREFIX}>", cb=self._hear)
        swept = time.monotonic()
        while True:
            if self._client.stats["reconnects"] != self._reconnects:
                self._reconnects, self._loaded = self._client.stats["reconnects"], False
            if not self._loaded and self._client.is_connected:
                try:
                    await self._ensure_loaded()
                except (nats.errors.Error, nats.js.errors.Error, TimeoutError, OSError) as error:
                    self._complain(error)
            if time.monotonic() - swept > _SWEEP_SECONDS:
                swept = time.monotonic()
                self._sweep(swept)
            await asyncio.sleep(_LOOK_SECONDS)

    async def add(self, name: str, key: str, facts: list[tuple[str, int, Fact]]) -> tuple[Remembered, bool]:
        """Remember *facts*, each with its item and its time, and return when they are stored.

        Returns:
            All that is remembered under the key now, and whether anything of it is new.
        """

        def change(entry: Remembered) -> Remembered | None:
            if all(not entry.lacks(item, at, fact) for item, at, fact in facts):
                return None
            return entry.with_facts(facts)

        before = self.statistics.written
        entry = await self._change(name, key, change)
        return entry, self.statistics.written != before or _includes(entry, facts)

    async def report(self, name: str, key: str, event: str, at: int) -> bool:
        """Say that a finding about *event* is made of the facts under *name*.

        Returns:
            False if there is one about another event, and it still stands at the time *at*.
        """

        def change(entry: Remembered) -> Remembered | None:
            if entry.reported is not None and (entry.reported.event == event or entry.is_reported(at, event)):
                return None
            return entry.with_report(event, at)

        entry = await self._change(name, key, change)
        return not entry.is_reported(at, event)

    async def _change(
        self, name: str, key: str, change: Callable[[Remembered], Remembered | None]
    ) -> Remembered:
        """Apply *change* to the entry, however long NATS is away and however often others are faster."""
        pause = _PAUSE_SECONDS
        async with self._locks.setdefault(name, asyncio.Lock()):
            try:
                while True:
                    try:
                        return await self._try(name, key, change)
                    except nats.js.errors.APIError as error:
                        if error.err_code == _WRONG_LAST_SEQUENCE:
                            self.statistics.conflicts += 1
                            self._forget_revision(name)
                            continue
                        if error.err_code == _MAXIMUM_BYTES:
                            await self._make_room()
                            continue
                        self._complain(error)
                    except (nats.errors.Error, nats.js.errors.Error, TimeoutError, OSError) as error:
                        self._complain(error)
                    self._loaded = False
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            finally:
                if not self._locks[name]._waiters:  # noqa: SLF001
                    self._locks.pop(name, None)

    async def _try(
        self, name: str, key: str, change: Callable[[Remembered], Remembered | None]
    ) -> Remembered:
        # Without a bucket nobody answers what is written, and that is noticed seconds later:
        # replicas hear on the same subjects, so NATS does not say that there is no responder.
        await self._ensure_loaded()
        local = self._known.get(_signature(name), {}).get(name)
        if local is None:
            # Most likely it is new; if not, the bucket says so.
            local = _Local(None, 0, 0.0)
        elif local.revision is None:
            local = await self._fetch(name)
        entry = local.entry
        if entry is None or entry.key != key:
            entry = Remembered(key)
        changed = change(entry)
        if changed is None:
            return entry
        await self._quota(name)
        self.statistics.left_out += changed.left_out - entry.left_out
        seconds = (changed.until - changed.newest) / 1e9 + _GRACE_SECONDS
        acknowledged = await self._jetstream.publish(
            f"{_PREFIX}{name}",
            msgspec.json.encode(changed),
            headers={
                "Nats-Expected-Last-Subject-Sequence": str(local.revision),
                _WRITER: self._writer,
                **self._expiring(seconds),
            },
        )
        self.statistics.written += 1
        self._trouble = ""
        self._learn(name, _Local(changed, acknowledged.seq, seconds))
        return changed

    def _expiring(self, seconds: float) -> dict[str, str]:
        version = self._client.connected_server_version
        if (version.major, version.minor) < _TTL_SINCE:
            return {}
        return {"Nats-TTL": f"{max(1, round(seconds))}s"}

    async def _fetch(self, name: str) -> _Local:
        """The entry as the bucket has it."""
        try:
            message = await self._jetstream.get_last_msg(_STREAM, f"{_PREFIX}{name}", direct=True)
        except nats.js.errors.NotFoundError:
            self._known.get(_signature(name), {}).pop(name, None)
            return _Local(None, 0, 0.0)
        revision = message.seq or 0
        if _OPERATION in (message.headers or {}):
            self._known.get(_signature(name), {}).pop(name, None)
            return _Local(None, revision, 0.0)
        try:
            entry = msgspec.json.decode(message.data or b"", type=Remembered)
        except msgspec.DecodeError:
            # Somebody else's; it will be written over.
            return _Local(None, revision, 0.0)
        local = _Local(entry, revision, (entry.until - entry.newest) / 1e9 + _GRACE_SECONDS)
        self._learn(name, local)
        return local

    def _learn(self, name: str, local: _Local) -> None:
        entries = self._known.setdefault(_signature(name), {})
        # The order is that of the last change: the first is the first to be forgotten.
        entries.pop(name, None)
        entries[name] = local

    def _forget_revision(self, name: str) -> None:
        local = self._known.get(_signature(name), {}).get(name)
        if local is None:
            self._learn(name, _Local(None, None, MOST_SECONDS))
        else:
            local.revision = None

    async def _hear(self, message: Msg) -> None:
        """Another replica has written, or has tried to: what it says is true in either case."""
        headers = message.headers or {}
        if headers.get(_WRITER) == self._writer:
            return
        name = message.subject.removeprefix(_PREFIX)
        if _OPERATION in headers or "Nats-Marker-Reason" in headers:
            self._known.get(_signature(name), {}).pop(name, None)
            return
        with contextlib.suppress(msgspec.DecodeError):
            entry = msgspec.json.decode(message.data, type=Remembered)
            known = self._known.get(_signature(name), {}).get(name)
            if known is not None and known.entry is not None and known.entry.key == entry.key:
                entry = msgspec.structs.replace(
                    entry,
                    items={**known.entry.items, **entry.items},
                    reported=entry.reported or known.entry.reported,
                )
            self._learn(name, _Local(entry, None, (entry.until - entry.newest) / 1e9 + _GRACE_SECONDS))

    async def _ensure_loaded(self) -> None:
        async with self._loading:
            if not self._loaded:
                await self._load()

    async def _load(self) -> None:
        """Create the bucket where it is missing, and see what is in it."""
        try:
            information = await self._jetstream.stream_info(_STREAM, subjects_filter=">")
        except nats.js.errors.NotFoundError:
            await self._jetstream.add_stream(self._configuration())
            information = await self._jetstream.stream_info(_STREAM, subjects_filter=">")
        present = {subject.removeprefix(_PREFIX) for subject in information.state.subjects or {}}
        for entries in self._known.values():
            for name in [*entries]:
                if name not in present:
                    del entries[name]
                else:
                    entries[name].entry = entries[name].revision = None
        for name in present:
            if name not in self._known.get(_signature(name), {}):
                self._learn(name, _Local(None, None, MOST_SECONDS))
        self._loaded = True
        self._trouble = ""

    def _configuration(self) -> StreamConfig:
        """A bucket like any other, but for entries that go by themselves, each in its own time."""
        version = self._client.connected_server_version
        return StreamConfig(
            name=_STREAM,
            description="What signatures remember",
            subjects=[f"{_PREFIX}>"],
            max_msgs_per_subject=1,
            max_bytes=_MOST_BYTES,
            max_age=MOST_SECONDS + _GRACE_SECONDS,
            discard=DiscardPolicy.NEW,
            storage=StorageType.FILE,
            allow_rollup_hdrs=True,
            deny_delete=True,
            allow_direct=True,
            allow_msg_ttl=(version.major, version.minor) >= _TTL_SINCE or None,
        )

    async def _quota(self, name: str) -> None:
        entries = self._known.get(_signature(name), {})
        if len(entries) >= MOST_KEYS and name not in entries:
            await self._evict([next(iter(entries))])

    async def _make_room(self) -> None:
        """Forget the share of the bucket that was written longest ago, as far as this replica knows."""
        oldest = sorted(
            ((local.forgotten, name) for entries in self._known.values() for name, local in entries.items())
        )
        await self._evict([name for _, name in oldest[: len(oldest) // _SHARE_EVICTED + 1]])

    async def _evict(self, names: Iterable[str]) -> None:
        for name in names:
            headers = {_OPERATION: "PURGE", "Nats-Rollup": "sub", _WRITER: self._writer}
            await self._jetstream.publish(f"{_PREFIX}{name}", b"", headers=headers | self._expiring(1.0))
            self._known.get(_signature(name), {}).pop(name, None)
            self.statistics.evicted += 1

    def _sweep(self, now: float) -> None:
        for entries in self._known.values():
            for name in [name for name, local in entries.items() if local.forgotten < now]:
                del entries[name]

    def _complain(self, error: Exception) -> None:
        trouble = str(error) or type(error).__name__
        if trouble != self._trouble:
            self._tell(f"what signatures remember cannot be stored ({trouble}); events wait")
        self._trouble = trouble


def name_of(signature: str, key: str) -> str:
    """What the entry of *signature* for *key* is stored under."""
    return f"{signature}.{blake2b(key.encode(errors='surrogatepass'), digest_size=16).hexdigest()}"


def _signature(name: str) -> str:
    return name.partition(".")[0]


def _includes(entry: Remembered, facts: list[tuple[str, int, Fact]]) -> bool:
    """Whether one of *facts* is in *entry* as it is: then it was stored before, and perhaps never judged."""
    return any(item in entry.items and entry.items[item].at == at for item, at, _ in facts)
