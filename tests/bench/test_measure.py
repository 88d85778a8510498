"""CPU time and memory come from the kernel; repeats are taken by turns."""

import os
import subprocess
import sys
import time

import pytest

from bench.measure import cpu_nanoseconds, interleaved, percentile, resident_bytes

_SPIN = "import time\nprint(flush=True)\nwhile time.process_time() < 0.2: pass\nprint(flush=True)\ninput()"


def test_cpu_time_of_another_process_is_what_it_used() -> None:
    """A process that says it has used 0.2 s has used at least that."""
    with subprocess.Popen(
        [sys.executable, "-c", _SPIN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        before = cpu_nanoseconds(process.pid)
        process.stdout.readline()
        assert before < 200_000_000 <= cpu_nanoseconds(process.pid)
        process.communicate("\n")


def test_own_cpu_time_is_the_process_clock() -> None:
    """The clock of a process by its pid is the one that it has itself."""
    before = time.process_time_ns()
    seen = cpu_nanoseconds(os.getpid())
    assert before <= seen <= time.process_time_ns()


def test_memory_of_this_process_is_more_than_an_interpreter_needs() -> None:
    """Bytes, not pages or kibibytes."""
    assert 5_000_000 < resident_bytes(os.getpid()) < 5_000_000_000


def test_ways_are_measured_by_turns_and_the_smallest_counts() -> None:
    """Two rounds of two ways: a, b, a, b."""
    order: list[str] = []
    figures = {"a": iter([3.0, 2.0]), "b": iter([1.0, 5.0])}

    def way(name: str) -> float:
        order.append(name)
        return next(figures[name])

    assert interleaved(2, {"a": lambda: way("a"), "b": lambda: way("b")}) == {"a": 2.0, "b": 1.0}
    assert order == ["a", "b", "a", "b"]


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1.0), (0.5, 51.0), (0.99, 100.0), (1.0, 100.0)])
def test_a_percentile_is_one_of_the_values(share: float, expected: float) -> None:
    """Of 1 to 100 in any order."""
    assert percentile([float(value) for value in range(100, 0, -1)], share) == expected
