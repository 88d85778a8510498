"""Signatures that are not used any more: one decision for all replicas."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import nats.errors
import nats.js.errors
from nats.js import JetStreamContext
from nats.js.kv import KeyValue

from tracewire import bus, subjects

_LOOK_SECONDS = 0.5


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """Why a signature is not used, as stored in the bucket under its name.

    Attributes:
        digest: Of the signature's file; another content is another signature.
        reason: A sentence.
        time: When it was decided, UTC.
    """

    digest: str
    reason: str
    time: str


class Quarantine:
    """What this replica and the others have decided.

    The bucket is right: a decision counts for everybody once it is in there, and no longer
    when somebody has deleted it. What could not be written yet counts here meanwhile.

    Attributes:
        version: Changes with each change.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        """Nobody is held.

        Args:
            tell: Told when the bucket can not be used.
        """
        self.version = 0
        self._tell = tell
        self._held: dict[str, Held] = {}
        self._unwritten: set[str] = set()
        self._known = asyncio.Event()
        self._trouble = ""
        # The bucket when it was last read: when it was created, and its last sequence number.
        self._state = ("", -1)

    def reason(self, name: str, digest: str) -> str | None:
        """Why signature *name* with this content is not used; None if it may be."""
        held = self._held.get(name)
        return held.reason if held is not None and held.digest == digest else None

    def hold(self, name: str, digest: str, reason: str) -> None:
        """Use it no more: here at once, elsewhere as soon as NATS has taken it."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._held[name] = Held(digest=digest, reason=reason, time=now)
        self._unwritten.add(name)
        self.version += 1

    async def known(self, seconds: float) -> None:
        """Wait until what the others have decided is known, but not longer than *seconds*."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._known.wait(), seconds)

    async def keep(self, jetstream: JetStreamContext) -> None:
        """Write and read the bucket, until cancelled."""
        while True:
            try:
                bucket = await bus.bucket_of(jetstream, subjects.QUARANTINE_BUCKET)
                await self._write(bucket)
                await self._read(jetstream, bucket)
            except (nats.errors.Error, nats.js.errors.Error, TimeoutError, OSError) as error:
                self._complain(str(error) or type(error).__name__)
            else:
                self._trouble = ""
                self._known.set()
            await asyncio.sleep(_LOOK_SECONDS)

    def _complain(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._tell(f"which signatures are in quarantine cannot be shared with other replicas: {trouble}")
        self._trouble = trouble

    async def _write(self, bucket: KeyValue) -> None:
        for name in sorted(self._unwritten):
            held = self._held[name]
            await bucket.put(name, msgspec.json.encode(held))
            if self._held[name] is held:
                self._unwritten.discard(name)

    async def _read(self, jetstream: JetStreamContext, bucket: KeyValue) -> None:
        """Take over what is there, if it has changed."""
        # One request, and no consumer that would have to be watched itself.
        info = await jetstream.stream_info(f"KV_{subjects.QUARANTINE_BUCKET}", subjects_filter=">")
        state = (str(info.created), info.state.last_seq)
        if state == self._state:
            return
        found: dict[str, Held] = {}
        for subject in sorted(info.state.subjects or {}):
            name = subject.removeprefix(f"$KV.{subjects.QUARANTINE_BUCKET}.")
            # It may have been deleted, or be of a later version.
            with contextlib.suppress(nats.js.errors.KeyNotFoundError, msgspec.DecodeError):
                found[name] = msgspec.json.decode((await bucket.get(name)).value or b"", type=Held)
        # A decision made here in the meantime has not been written yet.
        held = found | {name: self._held[name] for name in self._unwritten}
        if held != self._held:
            self._held = held
            self.version += 1
        self._state = state
