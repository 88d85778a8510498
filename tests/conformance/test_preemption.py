"""Threads that interrupt each other on one CPU hide nothing: no call is lost, or each lost one is counted.

From 7.0 on, and before that with `preempt=full` where a program hangs on a trampoline, the kernel lets
another task run in the middle of a BPF program, and skips that program for it.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from collector.machine import examine
from collector.rungs import Choice
from tests.conformance.capture import Capture
from tests.conformance.conftest import Build

pytestmark = pytest.mark.root

ROUNDS = 300
FORKS = 30
# Their programs cannot be preempted, and the edges of system calls are seen by such programs where need be.
_LOSE_NOTHING = frozenset({"lsm", "kprobe", "sys_exit"})


class Operation(NamedTuple):
    """What the threads do.

    Attributes:
        event: That tells it.
        argument: Of the event, that says which thread's file it was; None where it has none.
    """

    event: str
    argument: str | None


OPERATIONS = {
    "setfsuid": Operation("setfsuid", None),
    "open": Operation("security_file_open", "pathname"),
    "chmod": Operation("chmod_common", "pathname"),
    "unlink": Operation("security_inode_unlink", "pathname"),
    "memfd_create": Operation("memfd_create", "uname"),
}


def skipped(capture: Capture, choices: Iterable[Choice]) -> Counter[str]:
    """Calls that the kernel has skipped, by program."""
    names = {name for choice in choices for name in choice.programs}
    return Counter(capture.objects.missed_calls(names & capture.objects.programs.keys()))


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_crowd_on_one_cpu_hides_nothing(capture: Capture, truth: Build, tmp_path: Path, name: str) -> None:
    """Every call is told with the file of its own thread; on a rung that may miss any, each is counted."""
    operation = OPERATIONS[name]
    with capture.wanting(operation.event) as choices:
        before = skipped(capture, choices)
        run = capture.run([truth("crowd"), name, str(ROUNDS), tmp_path])
        missed = (skipped(capture, choices) - before).total()
    given = {str(number) for number in range(run.did["threads"])}
    told = Counter(
        (one.event.args[operation.argument] or "").rpartition("/")[2] if operation.argument else "any"
        for one in run.everything
        if one.raw.pid == run.process["pid"]
    )
    if operation.argument is None:
        done = Counter({"any": ROUNDS * len(given)})
    else:
        done = Counter(dict.fromkeys(given, ROUNDS))
        told = Counter({file: count for file, count in told.items() if file in given})

    if capture.stood_on[operation.event] in _LOSE_NOTHING or not examine().preemptible:
        assert told == done
    else:
        assert (done - told).total() <= missed


def test_every_process_that_is_not_told_is_counted(capture: Capture, truth: Build, tmp_path: Path) -> None:
    """A tracepoint alone tells of new processes; where its program may be skipped, the kernel says how often."""
    with capture.wanting("sched_process_fork") as choices:
        before = skipped(capture, choices)
        run = capture.run([truth("crowd"), "fork", str(FORKS), tmp_path])
        missed = (skipped(capture, choices) - before).total()
    new = run.did["threads"] * (1 + FORKS)  # the threads themselves, and what each of them forks

    assert run.events
    assert len(run.events) == new if not examine().preemptible else new - len(run.events) <= missed
