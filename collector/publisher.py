"""From the queue to JetStream, with an acknowledgement for every batch.

A batch that is not acknowledged is sent again, with the same Nats-Msg-Id, until it is:
JetStream stores it once as long as the repetition comes within its duplicate window (two
minutes). What was stored without an acknowledgement right before a longer outage is
therefore delivered twice; engines recognise its events by their ids.
"""

import asyncio
import struct
import time
from collections.abc import Callable

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from collector import frames
from collector.batches import PRIORITIES, Batch, Queue
from tracewire import subjects
from tracewire.batch import VERSION, BatchHeader

# What may be under way at once: enough to keep a loopback or a LAN busy, little enough
# that an outage leaves most of the queue where it can still be dropped by priority.
_WINDOW_BYTES = 4 * 1024 * 1024
_WINDOW_SHARE = 4
_WINDOW_BATCHES = 256

_PATIENCE_SECONDS = 5.0
_PAUSE_SECONDS = 1.0
_LOOK_SECONDS = 0.5


class _Ack(msgspec.Struct):
    """JetStream's answer to a publication."""

    seq: int = 0
    error: dict[str, int | str] | None = None


class _Flight(msgspec.Struct, gc=False):
    """A batch that has been sent and not been accepted."""

    batch: Batch
    prefix: bytes
    message_id: str
    due: float


_acks = msgspec.json.Decoder(_Ack)


class Publisher:
    """Takes batches from a queue and sees each of them accepted.

    Attributes:
        sequences: By family, the number of the next batch.
        problem: Why JetStream does not accept batches at the moment, or None.
    """

    def __init__(
        self,
        queue: Queue,
        *,
        node: str,
        boot: str,
        session: str,
        lost: Callable[[str], int],
        say: Callable[[str], None],
    ) -> None:
        """A publisher without a connection.

        Args:
            queue: Where batches come from.
            node: Name of the host.
            boot: The kernel's boot id.
            session: Unique for this start.
            lost: Events of a family lost so far.
            say: Told in a sentence of what a person should know.
        """
        self._queue = queue
        self._node, self._boot, self._session = node, boot, session
        self._window = min(_WINDOW_BYTES, queue.limit // _WINDOW_SHARE)
        self._lost = lost
        self._say = say
        self._client: Client | None = None
        self._inbox = ""
        self._flights: dict[int, _Flight] = {}
        self._next_token = 0
        self._reconnects = 0
        self._wake = asyncio.Event()
        self._settled = asyncio.Event()
        self._subjects = {family: subjects.events(node, family) for family in PRIORITIES}
        queue.on_offer = self.wake
        self.sequences: dict[str, int] = {}
        self.problem: str | None = None

    async def use(self, client: Client) -> None:
        """Publish through *client* from now on."""
        inbox = client.new_inbox()
        await client.subscribe(f"{inbox}.*", cb=self._answered)
        self._inbox, self._client = inbox, client
        self.wake()

    def wake(self) -> None:
        """There is something to send, or the connection has changed."""
        self._wake.set()

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            if self._flights:
                try:
                    async with asyncio.timeout(_LOOK_SECONDS):
                        await self._wake.wait()
                except TimeoutError:
                    pass
            else:
                await self._wake.wait()
            self._wake.clear()
            client = self._client
            if client is not None and client.is_connected:
                try:
                    await self._send_all(client)
                except (nats.errors.Error, OSError) as error:
                    # Everything that was under way is still there, and goes out again.
                    self._say(f"publishing stopped: {error or type(error).__name__}")
                    await asyncio.sleep(_PAUSE_SECONDS)
                    self.wake()

    async def flush(self, seconds: float) -> bool:
        """Wait until everything is accepted, at most *seconds*; whether that was so."""
        self.wake()
        try:
            async with asyncio.timeout(seconds):
                while len(self._queue):
                    self._settled.clear()
                    await self._settled.wait()
        except TimeoutError:
            return False
        return True

    async def _send_all(self, client: Client) -> None:
        reconnects = client.stats["reconnects"]
        again = reconnects != self._reconnects
        self._reconnects = reconnects
        now = time.monotonic()
        for token, flight in list(self._flights.items()):
            if (again or flight.due <= now) and token in self._flights:
                await self._send(client, token, flight)
        while self._queue.has_waiting and self._has_room():
            batch = self._queue.next()
            assert batch is not None  # noqa: S101  (it has waiting ones, and nobody else takes them)
            sequence = self.sequences.get(batch.family, 0)
            self.sequences[batch.family] = sequence + 1
            self._next_token += 1
            flight = _Flight(
                batch, self._prefix(batch, sequence), f"{self._session}/{batch.family}/{sequence}", 0.0
            )
            self._flights[self._next_token] = flight
            await self._send(client, self._next_token, flight)

    def _has_room(self) -> bool:
        return len(self._flights) < _WINDOW_BATCHES and self._queue.sent_bytes < self._window

    def _prefix(self, batch: Batch, sequence: int) -> bytes:
        """All of the message but the region: array of two, header, beginning of the array of records."""
        header = BatchHeader(
            version=VERSION,
            node=self._node,
            boot=self._boot,
            session=self._session,
            family=batch.family,
            sequence=sequence,
            clock_offset=batch.clock_offset,
            count=batch.count,
            lost=self._lost(batch.family),
        )
        return b"\x92" + msgspec.msgpack.encode(header) + struct.pack(">BI", 0xDD, 2 * batch.count)

    async def _send(self, client: Client, token: int, flight: _Flight) -> None:
        flight.due = time.monotonic() + _PATIENCE_SECONDS
        region = flight.batch.region.data
        try:
            await frames.publish(
                client,
                self._subjects[flight.batch.family],
                flight.prefix,
                region,
                reply=f"{self._inbox}.{token}",
                headers={"Nats-Msg-Id": flight.message_id},
            )
        except nats.errors.MaxPayloadError:
            size = len(flight.prefix) + len(region)
            self._give_up(token, f"NATS takes no message of {size} bytes (max_payload)")

    async def _answered(self, message: Msg) -> None:
        token = int(message.subject.rpartition(".")[2])
        flight = self._flights.get(token)
        if flight is None:
            return  # accepted already: this is the answer to a repetition
        problem = self._problem_in(message)
        if problem is None:
            del self._flights[token]
            self._queue.settle(flight.batch, accepted=True)
            self._settled.set()
            if self.problem is not None:
                self._say("JetStream accepts events again")
                self.problem = None
            if self._queue.has_waiting:
                self.wake()
            return
        flight.due = time.monotonic() + _PAUSE_SECONDS
        if problem != self.problem:
            self.problem = problem
            self._say(f"events are not accepted: {problem}; trying again")

    @staticmethod
    def _problem_in(message: Msg) -> str | None:
        if message.headers and message.headers.get("Status") == "503":
            return f"no stream takes them ({subjects.EVENTS_STREAM} is missing, or JetStream is off)"
        try:
            ack = _acks.decode(message.data)
        except msgspec.DecodeError as error:
            return f"unreadable acknowledgement: {error}"
        if ack.error is not None:
            return str(ack.error.get("description", ack.error))
        return None

    def _give_up(self, token: int, why: str) -> None:
        flight = self._flights.pop(token)
        self._queue.settle(flight.batch, accepted=False)
        self._settled.set()
        self._say(f"{flight.batch.count} events of family {flight.batch.family} dropped: {why}")
