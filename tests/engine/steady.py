"""Events at a steady rate, of which one in 25 is found."""

import asyncio
import time

from nats.aio.client import Client

from tests.engine import making
from tracewire import subjects
from tracewire.batch import encode
from tracewire.finding import Finding

RATE = 5_000
"""Events a second."""

_NODE = "vm-1"
_BATCH_EVENTS = 50
# The others are judged like it, and nothing is found in them.
_FOUND = 2
_NOTHING = making.event("ptrace", 7, 4711, 0, 0)  # PTRACE_CONT


class Load:
    """Events at a steady rate, whoever judges them.

    Attributes:
        expected: The numbers of those that will be found.
        rate: Events a second on average, once it has ended.
    """

    def __init__(self, client: Client) -> None:
        self.expected: list[int] = []
        self.rate = 0.0
        self._client = client
        self._stopping = False

    async def run(self) -> None:
        """Publish until `stop`; a moment without a processor is made up for."""
        begin, sequence = time.monotonic(), 0
        while not self._stopping:
            due = begin + sequence * _BATCH_EVENTS / RATE
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            numbers = range(sequence * _FOUND, (sequence + 1) * _FOUND)
            events = [making.traceme(number) for number in numbers]
            events += [_NOTHING] * (_BATCH_EVENTS - _FOUND)
            payload = encode(
                making.header(_BATCH_EVENTS, node=_NODE, sequence=sequence),
                [part for event in events for part in (b"\0" * 8, event)],  # type: ignore[misc]
            )
            await self._client.publish(subjects.events(_NODE, "process"), payload)
            self.expected += numbers
            sequence += 1
        await self._client.flush()
        self.rate = sequence * _BATCH_EVENTS / (time.monotonic() - begin)

    def stop(self) -> None:
        """Publish no more."""
        self._stopping = True


def numbers(found: list[Finding], signature: str) -> list[int]:
    """Which events of a load *signature* has found, one entry for each finding, sorted."""
    mine = [one for one in found if one.signature.name == signature and one.node == _NODE]
    return sorted(int(one.event.time[-10:-1]) for one in mine)
