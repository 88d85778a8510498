"""What the suite says becomes one table."""

import json

from tests.kernels import table
from tests.kernels.results import Results


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
