"""How soon the product sees something, and what it takes while there is nothing to see."""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

import msgspec
from nats.aio.msg import Msg

from bench import load
from bench.measure import cpu_nanoseconds, resident_bytes
from bench.result import Result, result
from bench.whole import Whole, up
from tracewire import subjects

_GOAL_START_SECONDS = 3
_GOAL_IDLE_PERCENT = 1
_GOAL_MEBIBYTES = {"collector": 60, "engine": 90}
_IDLE_REASONS = {
    "collector": "It looks at its rings every 2 to 10 ms as long as anything is attached; a wakeup by the "
    "kernel for the first record after a pause would let it sleep.",
    "engine": "It looks at the signature directories four times a second, and judges what the host's own "
    "services open; a directory watch (inotify) would spare the first.",
}
_PATIENCE_SECONDS = 60.0
_NANOSECONDS_PER_PERCENT = 1e7
_MEBIBYTE = 1024 * 1024

# What any Python service of this kind has: the interpreter, an event loop, a codec, NATS,
# and a timer as slow as the collector's when there is nothing to do.
_SERVICE = """
import asyncio, msgspec, nats, uvloop
async def tick():
    print(flush=True)
    while True:
        await asyncio.sleep(0.01)
uvloop.run(tick())
"""


class Footprint(msgspec.Struct, frozen=True):
    """By process: CPU in percent of a core and resident memory in MiB, idle and after load."""

    cpu: dict[str, float]
    idle: dict[str, float]
    loaded: dict[str, float]


async def _first_event(whole: Whole) -> float:
    """Seconds from the start until the first event is on the bus."""
    arrived: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    async def take(_message: Msg) -> None:
        if not arrived.done():
            arrived.set_result(time.monotonic())

    await whole.client.subscribe(subjects.ALL_EVENTS, cb=take)
    return await asyncio.wait_for(arrived, _PATIENCE_SECONDS) - whole.began


async def _start(state: Path) -> tuple[float, float]:
    """Seconds to the first event and until everything is ready, with files being opened all the time."""
    something = load.start("rate", "open", str(60 * 1000), "1000")
    try:
        async with up(state) as whole:
            first = await _first_event(whole)
            return first, await whole.until_ready()
    finally:
        something.kill()
        something.communicate()


def _mebibytes(pids: dict[str, int]) -> dict[str, float]:
    return {name: resident_bytes(pid) / _MEBIBYTE for name, pid in pids.items()}


async def _idle(state: Path, seconds: float, events: int) -> Footprint:
    """CPU over *seconds* in which nothing is asked of it, memory then and after *events* events."""
    baseline = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _SERVICE, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert baseline.stdout is not None
        await baseline.stdout.readline()
        async with up(state) as whole:
            await whole.until_ready()
            pids = whole.pids() | {"baseline": baseline.pid}
            # What starting left to be done: caches to write, memory to give back.
            await asyncio.sleep(seconds / 5)
            before = {name: cpu_nanoseconds(pid) for name, pid in pids.items()}
            began = time.monotonic()
            await asyncio.sleep(seconds)
            passed = time.monotonic() - began
            cpu = {
                name: (cpu_nanoseconds(pid) - before[name]) / passed / _NANOSECONDS_PER_PERCENT
                for name, pid in pids.items()
            }
            idle = _mebibytes(pids)
            await asyncio.to_thread(load.at_rate, "open", events, 5_000)
            return Footprint(cpu, idle, _mebibytes(pids))
    finally:
        baseline.kill()
        await baseline.communicate()


async def measure(*, quick: bool) -> list[Result]:
    """Start, memory, idle CPU."""
    starts, seconds, events = (1, 3.0, 2_000) if quick else (3, 15.0, 30_000)
    with tempfile.TemporaryDirectory(prefix="tracewire-bench-") as name:
        state = Path(name)
        # The first one fills caches and makes the streams: the set-up is warm afterwards.
        await _start(state)
        times = [await _start(state) for _ in range(starts)]
        footprint = await _idle(state, seconds, events)
    return [*_judge_start(times), *_judge_memory(footprint, events), *_judge_idle(footprint, seconds)]


def _judge_start(times: list[tuple[float, float]]) -> list[Result]:
    first, ready = (statistics.median(each) for each in zip(*times, strict=True))
    return [
        result(
            "start_to_first_event",
            first,
            "s",
            at_most=_GOAL_START_SECONDS,
            note=f"From `tracewire up` to the first event on the bus, median of {len(times)}; everything was "
            f"ready after {ready:.1f} s. No baseline: nothing here starts the same parts in another way.",
            if_missed="Most of it is the kernel verifying the programs that a family's events "
            "need, about 50 ms each, before the first is attached.",
        )
    ]


def _judge_memory(footprint: Footprint, events: int) -> list[Result]:
    return [
        result(
            f"resident_{name}",
            footprint.idle[name],
            "MiB",
            at_most=_GOAL_MEBIBYTES.get(name),
            baseline=("empty_python_service", footprint.idle["baseline"]),
            note=f"Idle; {footprint.loaded[name]:.0f} MiB after {events:,} opened files.",
        )
        for name in ("collector", "engine", "opa", "nats", "up")
    ]


def _judge_idle(footprint: Footprint, seconds: float) -> list[Result]:
    return [
        result(
            f"idle_cpu_{name}",
            footprint.cpu[name],
            "%",
            at_most=_GOAL_IDLE_PERCENT if name in _GOAL_MEBIBYTES else None,
            baseline=("empty_python_service", footprint.cpu["baseline"]),
            note=f"Of one core, over {seconds:.0f} s; the baseline wakes up every 10 ms and does nothing.",
            if_missed=_IDLE_REASONS.get(name, ""),
        )
        for name in ("collector", "engine", "opa", "nats", "up")
    ]
