"""A compiler with every system call an event of its own, and with a collector that is asked for nothing."""

import resource
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

from bench import load
from bench.kernel import Kernel, loaded
from bench.measure import interleaved
from bench.result import Result, result
from tracewire.catalogue.sets import SETS
from tracewire.interest import EventInterest

_COUNTS = struct.Struct("=Q")  # the first of struct counts in bpf/maps.h
_SOURCE = Path(load.__file__).with_suffix(".c")
_NOTHING_GOAL = 1.02
_MILLISECOND = 1e-3


def _compile() -> float:
    """Seconds of CPU that compiling takes, of all processes of it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = load.pinned(load.LOAD_CPU, ["gcc", "-O2", "-o", "/dev/null", str(_SOURCE)])
    subprocess.run(command, check=True, timeout=120)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _generated(kernel: Kernel) -> int:
    counts = kernel.session.objects.maps["counts"]
    return sum(
        _COUNTS.unpack_from(cpu)[0]
        for event in SETS["syscalls"]
        for cpu in counts.get_per_cpu(event.id.to_bytes(4, "little"))
    )


def _observed(kernel: Kernel, events: list[int]) -> Callable[[], float]:
    everything = {event.name: EventInterest() for event in SETS["syscalls"]}

    def measure() -> float:
        with kernel.wanting(everything), kernel.drained():
            before = _generated(kernel)
            used = _compile()
            events.append(_generated(kernel) - before)
            return used

    return measure


async def measure(*, quick: bool) -> list[Result]:
    """CPU time of the compiler, and the time of the cheapest system call."""
    rounds, count = (1, 5_000) if quick else (15, 100_000)
    events: list[int] = []
    with loaded() as kernel:
        kernel.session.objects.load_all()
        compiling = interleaved(
            rounds, {"idle": _compile, "observed": _observed(kernel, events), "idle again": _compile}
        )
        idle = [load.time_of("getppid", count) for _ in range(rounds)]
    unloaded = [load.time_of("getppid", count) for _ in range(rounds)]
    with loaded() as kernel:
        kernel.session.objects.load_all()
        idle += [load.time_of("getppid", count) for _ in range(rounds)]
    each = (compiling["observed"] - compiling["idle"]) / max(events) * 1e9
    return [
        result(
            "compile_with_all_calls",
            compiling["observed"] / _MILLISECOND,
            "ms",
            baseline=("nothing_wanted", compiling["idle"] / _MILLISECOND),
            note=f"CPU time of gcc; up to {max(events):,} events, {each:.0f} ns each; the baseline measured "
            f"twice by turns differs by {abs(compiling['idle again'] / compiling['idle'] - 1):.1%}.",
        ),
        result(
            "syscall_with_nothing_wanted",
            min(idle),
            "ns",
            at_most=min(unloaded) * _NOTHING_GOAL,
            baseline=("nothing_loaded", min(unloaded)),
            note="getppid with all programs loaded and none attached: of a collector that nobody asks for "
            "anything.",
        ),
    ]
