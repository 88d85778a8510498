"""What the suite says becomes one table."""

import json

import pytest

from tests.kernels import table
from tests.kernels.results import LEAST_CALLS, Results
from tracewire.catalogue import EVENTS


def _line(rung: str, outcome: str, stood_on: str | None, reason: str = "") -> str:
    return json.dumps(
        {
            "test": f"test_file.py::test_unlink[{rung}]",
            "rung": rung,
            "outcome": outcome,
            "events": {"security_inode_unlink": stood_on},
            "seconds": 0.1,
            "reason": reason,
        }
    )


def test_each_rung_is_a_row_and_the_best_one_is_marked() -> None:
    """Passed, failed and not to be had are told apart, and the last with its reason."""
    old, new = Results(), Results()
    why = "security_inode_unlink cannot be seen on this kernel (lsm: lsm_path_unlink: bpf is not among them)"
    for line in (
        _line("best", "passed", "kprobe"),
        _line("kprobe", "passed", "kprobe"),
        _line("lsm", "skipped", None, why),
        "some other line",
    ):
        old.take(line)
    for line in (
        _line("best", "passed", "lsm"),
        _line("lsm", "failed", "lsm"),
        _line("kprobe", "passed", "kprobe"),
    ):
        new.take(line)

    assert table.text({"5.10": old, "6.1": new}).splitlines() == [
        "EVENT                  RUNG    5.10       6.1",
        "security_inode_unlink  lsm     - (1)      FAILED 1 of 2*",
        "security_inode_unlink  kprobe  passed 2*  passed 1",
        "",
        "* the rung that the collector stands on by itself; a number is that of the tests",
        "(1) lsm_path_unlink: bpf is not among them",
    ]


def test_a_suite_that_breaks_off_has_not_finished() -> None:
    """A guest whose pytest cannot start says nothing, and nothing must not look like no failure."""
    broken, whole = Results(), Results()
    broken.take(_line("best", "passed", "kprobe"))
    for line in (_line("best", "passed", "kprobe"), json.dumps({"finished": True})):
        whole.take(line)

    assert ((broken.tests, broken.finished), (whole.tests, whole.finished)) == ((1, False), (1, True))


def _call(event: str, outcome: str) -> str:
    test = f"test_every_call.py::test_a_call_is_told_as_it_was_made[{event}-64]"
    return json.dumps(
        {
            "test": test,
            "rung": "best",
            "outcome": outcome,
            "events": {event: "sys_exit"},
            "seconds": 0.1,
            "reason": "",
        }
    )


def test_system_calls_are_one_row_that_counts_them() -> None:
    """A call counts once, natively and as a 32-bit one, and only if both were told rightly."""
    whole, broken = Results(), Results()
    for line in (_call("read", "passed"), _call("read", "passed"), _call("write", "passed")):
        whole.take(line)
    for line in (_call("read", "passed"), _call("read", "failed"), _call("write", "passed")):
        broken.take(line)

    assert table.text({"5.10": whole, "6.1": broken}).splitlines()[:2] == [
        "EVENT                        RUNG      5.10      6.1",
        "system calls, each an event  sys_exit  passed 2  FAILED 1 of 2",
    ]


@pytest.mark.parametrize(
    ("calls", "everything", "problem"),
    [
        (LEAST_CALLS, True, ""),
        (LEAST_CALLS - 1, True, "kernel 6.1: 299 system calls were told rightly, 300 must be"),
        (1, False, ""),
    ],
)
def test_too_few_system_calls_are_a_failure(calls: int, *, everything: bool, problem: str) -> None:
    """Where all of the suite was asked for."""
    names = [event.name for event in EVENTS if event.family == "syscall"][:calls]
    results = Results()
    for line in (*(_call(name, "passed") for name in names), json.dumps({"finished": True})):
        results.take(line)
    results.end("kernel 6.1", everything=everything)

    assert results.problem == problem
