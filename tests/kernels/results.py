"""What the suite said, as one cell for each event, rung and kernel."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tracewire.catalogue import BY_NAME

BEST = "best"
# System calls whose events must be right on every kernel.
LEAST_CALLS = 300
_CALLS = "syscall"  # the family of events that are a system call each


@dataclass
class Cell:
    """One event on one rung of one kernel.

    Attributes:
        passed: Number of tests.
        failed: Their names.
        best: The collector stands on this rung by itself.
        reason: Why the rung is not to be had; empty where it is.
    """

    passed: int = 0
    failed: list[str] = field(default_factory=list)
    best: bool = False
    reason: str = ""

    @property
    def text(self) -> str:
        """As the table shows it."""
        star = "*" if self.best else ""
        if self.failed:
            return f"FAILED {len(self.failed)} of {len(self.failed) + self.passed}{star}"
        if self.passed:
            return f"passed {self.passed}{star}"
        return "-"


class Results:
    """The cells of one kernel.

    Attributes:
        cells: By event and rung.
        calls: Of each event that is a system call, whether all its tests passed.
        failures: By test, the end of what it said.
        tests: How many ran.
        finished: Whether the suite came to its end.
        problem: Why it did not come to the end of the suite; empty where it did.
    """

    def __init__(self) -> None:
        """Begin with nothing known."""
        self.cells: dict[tuple[str, str], Cell] = defaultdict(Cell)
        self.calls: dict[str, bool] = {}
        self.failures: dict[str, str] = {}
        self.tests = 0
        self.finished = False
        self.problem = ""

    def take(self, line: str) -> None:
        """Take in one line of the suite; what is none is left aside."""
        if not line.startswith("{"):
            return
        result = json.loads(line)
        if "finished" in result:
            self.finished = True
            return
        self.tests += result["outcome"] != "skipped"
        if result["outcome"] == "failed":
            self.failures[result["test"]] = result["reason"]
        for event, stood_on in result["events"].items():
            self._count(event, stood_on, result)

    def end(self, whose: str, *, everything: bool) -> None:
        """Nothing more comes: say so in `problem` where something should have.

        Args:
            whose: Which kernel's, for people.
            everything: Whether the whole suite was asked for.
        """
        passed = sum(self.calls.values())
        if not self.problem and not self.finished:
            self.problem = f"{whose}: the suite did not come to its end"
        elif not self.problem and everything and passed < LEAST_CALLS:
            self.problem = f"{whose}: {passed} system calls were told rightly, {LEAST_CALLS} must be"

    @property
    def calls_text(self) -> str:
        """As the table shows all system calls together."""
        failed = sum(not passed for passed in self.calls.values())
        return f"FAILED {failed} of {len(self.calls)}" if failed else f"passed {len(self.calls)}"

    def _count(self, event: str, stood_on: str | None, result: dict[str, str]) -> None:
        if BY_NAME[event].family == _CALLS:
            if result["outcome"] != "skipped":
                self.calls[event] = self.calls.get(event, True) and result["outcome"] == "passed"
            return
        rung = stood_on or result["rung"]
        if rung not in {rung.name for rung in BY_NAME[event].rungs}:
            return
        cell = self.cells[event, rung]
        if result["outcome"] == "passed":
            cell.passed += 1
        elif result["outcome"] == "failed":
            cell.failed.append(result["test"])
        elif stood_on is None:
            cell.reason = _reason(result["reason"])
        cell.best |= result["rung"] == BEST and stood_on is not None


def _reason(sentence: str) -> str:
    """Why, without the event and the rung, which the cell says."""
    inside = sentence.partition("(")[2].removesuffix(")")
    return inside.partition(": ")[2] or inside or sentence


def rows(kernels: Iterable[Results]) -> list[tuple[str, str]]:
    """Every event and rung that one of *kernels* was asked about, in the order of the catalogue."""
    known = {key for kernel in kernels for key in kernel.cells}
    return [
        (event.name, rung.name)
        for event in BY_NAME.values()
        for rung in event.rungs
        if (event.name, rung.name) in known
    ]
