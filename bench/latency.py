"""How long it takes from a system call to the finding about it, at a thousand events a second."""

import asyncio
import tempfile
import time
from pathlib import Path

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

from bench import load
from bench.measure import percentile
from bench.product import NeverHappenedError, until
from bench.result import Result, result
from bench.whole import Whole, up
from tracewire import subjects
from tracewire.finding import Finding

_SIGNATURE = "anti_debugging"
_BACKGROUND_RATE = 1_000
_TRIGGER_RATE = 50
_GOALS = {"p50": (0.50, 10.0), "p99": (0.99, 50.0)}
_LATE_SECONDS = 10.0
_MILLISECOND = 1e6


class _Trigger(msgspec.Struct, frozen=True):
    pid: int
    time: int


def _triggers(output: str) -> list[_Trigger]:
    return [_Trigger(int(pid), int(moment)) for pid, moment in (line.split() for line in output.splitlines())]


async def _latencies(whole: Whole, seconds: float) -> tuple[list[float], int]:
    """Milliseconds from each system call to the arrival of its finding, and how many never came."""
    arrived: dict[int, int] = {}

    async def take(message: Msg) -> None:
        now = time.time_ns()
        finding = msgspec.json.decode(message.data, type=Finding)
        if finding.signature.name == _SIGNATURE:
            arrived.setdefault(finding.process.pid, now)

    subscription = await whole.client.subscribe(subjects.ALL_FINDINGS, cb=take)
    await whole.client.flush()
    background = load.start("rate", "open", str(int(_BACKGROUND_RATE * (seconds + 1))), str(_BACKGROUND_RATE))
    trigger = load.start("trace", str(int(_TRIGGER_RATE * seconds)), str(_TRIGGER_RATE))
    output, _ = await asyncio.to_thread(trigger.communicate)
    await asyncio.to_thread(background.communicate)
    triggers = _triggers(output)
    try:

        async def complete() -> bool:
            return all(each.pid in arrived for each in triggers)

        await until("all findings arrive", complete, _LATE_SECONDS)
    except NeverHappenedError:
        pass  # counted below
    await subscription.unsubscribe()
    times = [(arrived[each.pid] - each.time) / _MILLISECOND for each in triggers if each.pid in arrived]
    return times, len(triggers) - len(times)


async def _hops(client: Client, count: int) -> list[float]:
    """Milliseconds from publishing to JetStream until a subscriber has it: what any way must take."""
    times: list[float] = []

    async def take(message: Msg) -> None:
        times.append((time.time_ns() - int(message.data)) / _MILLISECOND)

    where = subjects.ledger("bench")
    subscription = await client.subscribe(where, cb=take)
    await client.flush()
    for _ in range(count):
        await client.jetstream().publish(where, str(time.time_ns()).encode())
        await asyncio.sleep(1 / _TRIGGER_RATE)
    await subscription.unsubscribe()
    return times


async def measure(*, quick: bool) -> list[Result]:
    """The median and the 99th percentile."""
    seconds = 2.0 if quick else 20.0
    with tempfile.TemporaryDirectory(prefix="tracewire-bench-") as state:
        async with up(Path(state)) as whole:
            await whole.until_ready()
            hops = await _hops(whole.client, int(seconds * _TRIGGER_RATE / 5))
            times, missing = await _latencies(whole, seconds)
    note = (
        f"{len(times):,} findings of {_SIGNATURE}, {_TRIGGER_RATE} a second beside {_BACKGROUND_RATE:,} "
        f"opened files a second; {missing} did not come; slowest {max(times):.1f} ms. The baseline: "
        "publishing to JetStream until a subscriber has the message, without load."
    )
    return [
        result(
            f"syscall_to_finding_{name}",
            percentile(times, share),
            "ms",
            at_most=goal,
            baseline=("jetstream_hop", percentile(hops, share)),
            note=note,
            if_missed="Between two looks at the rings pass 2 to 10 ms, and the finding waits for the events "
            "before it: on two cores the load, NATS, OPA, engine and collector wait for each other.",
        )
        for name, (share, goal) in _GOALS.items()
    ]
