"""CPU time and memory of processes, and how repeated measurements become one figure."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

_KIBIBYTE = 1024
_Key = TypeVar("_Key")


def cpu_nanoseconds(pid: int) -> int:
    """CPU time that process *pid* has had, all threads, also those that have ended.

    From its CPU clock, exact to the nanosecond, where /proc/PID/stat counts ticks of 10 ms.

    Raises:
        OSError: There is no such process.
    """
    return time.clock_gettime_ns((~pid << 3) | 2)  # clock_getcpuclockid(3), CPUCLOCK_SCHED


def resident_bytes(pid: int) -> int:
    """Resident memory of process *pid*, shared pages included."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * _KIBIBYTE
    return 0


def interleaved(rounds: int, ways: Mapping[_Key, Callable[[], float]]) -> dict[_Key, float]:
    """The smallest figure of each of *ways*, measured by turns.

    By turns, so that what else the machine does meets all of them; the smallest, since
    nothing makes a measurement too small.
    """
    best: dict[_Key, float] = {}
    for _ in range(rounds):
        for key, measure in ways.items():
            figure = measure()
            best[key] = min(best.get(key, figure), figure)
    return best


def percentile(values: list[float], share: float) -> float:
    """The value that *share* (0 to 1) of *values* do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
