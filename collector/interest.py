"""Who wants what: the bucket of interests, followed as it changes."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable

import msgspec
import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from tracewire import bus, subjects
from tracewire.errors import BusError
from tracewire.interest import Interest

# Every change is announced; this is for an announcement that was lost.
_LOOK_SECONDS = 10.0
_RETRY_SECONDS = 1.0

# Several changes at once, such as an engine's start, are read once.
_SETTLE_SECONDS = 0.02


class InterestWatch:
    """Follows the bucket. While NATS is away the last known interests hold.

    A change in a bucket is a message on a subject, so an ordinary subscription announces
    it without a consumer on the server that a restart could take away; the announcement
    is only a reason to read the bucket again.

    Attributes:
        interests: By key, as last read; expired ones included.
        unreadable: Why the value at a key was ignored, by key.
    """

    def __init__(
        self, apply: Callable[[dict[str, Interest]], Awaitable[None]], say: Callable[[str], None]
    ) -> None:
        """A watch without a connection.

        Args:
            apply: Given the interests that hold, by key, whenever they change.
            say: Told in a sentence of what a person should know.
        """
        self._apply = apply
        self._say = say
        self._changed = asyncio.Event()
        self._bucket = f"$KV.{subjects.INTEREST_BUCKET}"
        self._applied: dict[str, Interest] | None = None
        self._trouble = ""
        self._ends: dict[str, float] = {}
        self.interests: dict[str, Interest] = {}
        self.unreadable: dict[str, str] = {}

    def wake(self) -> None:
        """Read again: the connection is back."""
        self._changed.set()

    async def run(self, client: Client) -> None:
        """Follow the bucket through *client* until cancelled."""
        await client.subscribe(f"{self._bucket}.>", cb=self._announced)
        jetstream = client.jetstream()
        provided = False
        while True:
            self._changed.clear()
            fresh = False
            if client.is_connected:
                try:
                    if not provided:
                        await bus.provide(jetstream)
                        provided = True
                    await self._read(jetstream)
                    fresh = True
                    self._trouble = ""
                except BusError as error:
                    self._complain(str(error))
                except (nats.errors.Error, nats.js.errors.Error, TimeoutError, OSError) as error:
                    self._complain(f"the interests cannot be read: {error or type(error).__name__}")
            await self._apply_holding()
            try:
                async with asyncio.timeout(self._pause(fresh=fresh)):
                    await self._changed.wait()
                    await asyncio.sleep(_SETTLE_SECONDS)
            except TimeoutError:
                pass

    def _complain(self, problem: str) -> None:
        """Say it once, however long it lasts."""
        if problem != self._trouble:
            self._trouble = problem
            self._say(f"{problem}; trying again")

    def _pause(self, *, fresh: bool) -> float:
        """Seconds until the next reading without an announcement, or the next lease's end."""
        now = time.monotonic()
        ends = [end - now for end in self._ends.values() if end > now]
        return min(_LOOK_SECONDS if fresh else _RETRY_SECONDS, *ends, _LOOK_SECONDS) + 0.001

    def _end(self, key: str, interest: Interest) -> float:
        """When *interest* ends, by the monotonic clock.

        Not by the time of day, as it is written: a clock that is set would end every lease at
        once, and nothing would be collected until they are renewed.
        """
        if not interest.expires:
            return math.inf
        before = self.interests.get(key)
        if before is not None and before.expires == interest.expires:
            return self._ends[key]
        return time.monotonic() + interest.expires - time.time()

    async def _announced(self, _message: Msg) -> None:
        self._changed.set()

    async def _read(self, jetstream: JetStreamContext) -> None:
        info = await jetstream.stream_info(
            f"KV_{subjects.INTEREST_BUCKET}", subjects_filter=f"{self._bucket}.>"
        )
        bucket = await jetstream.key_value(subjects.INTEREST_BUCKET)
        interests: dict[str, Interest] = {}
        unreadable: dict[str, str] = {}
        for subject in info.state.subjects or {}:
            key = subject.removeprefix(f"{self._bucket}.")
            try:
                entry = await bucket.get(key)
                interests[key] = msgspec.json.decode(entry.value or b"", type=Interest)
            except nats.js.errors.KeyNotFoundError:
                continue  # deleted: what is left is the marker
            except msgspec.DecodeError as error:
                unreadable[key] = str(error)
        for key, problem in unreadable.items():
            if self.unreadable.get(key) != problem:
                self._say(f"the interest {key!r} is ignored: {problem}")
        self._ends = {key: self._end(key, interest) for key, interest in interests.items()}
        self.interests, self.unreadable = interests, unreadable

    async def _apply_holding(self) -> None:
        now = time.monotonic()
        holding = {key: interest for key, interest in self.interests.items() if self._ends[key] > now}
        # A lease that was renewed asks for the same as before.
        asked = {key: msgspec.structs.replace(interest, expires=0.0) for key, interest in holding.items()}
        if asked != self._applied:
            self._applied = asked
            await self._apply(holding)
