"""Every system call of the table, really called, natively and as a 32-bit program does.

A program makes them all, each in a process of its own; then each event is compared with what the
call was given and what it returned: every argument, the result, the ABI.
"""

import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from collector.decisions import decision
from tests.conformance.capture import DEADLINE_SECONDS, Capture, Seen, seen, told, what
from tests.conformance.conftest import Build
from tests.conformance.given import QUESTIONS, Question
from tracewire.catalogue import BY_NAME, i386
from tracewire.catalogue.call import IN_MEMORY
from tracewire.clause import Condition, to_raw
from tracewire.interest import EventInterest

pytestmark = pytest.mark.root

_EVENTS = sorted({question.call.name for question in QUESTIONS})
# What the caller never sees: a signal has interrupted the call, and the kernel looks whether to repeat it.
_ERESTARTNOHAND = -514
_EINTR = -4


class Answer(NamedTuple):
    """A call that was made.

    Attributes:
        process: Which made it.
        result: What it returned, as the kernel returns it; None where it did not return.
        memory: Of each argument that is memory, what was there afterwards.
    """

    process: int
    result: int | None
    memory: list[bytes | None]


class Called(NamedTuple):
    """All calls, and what the kernel told.

    Attributes:
        answers: One for each of QUESTIONS.
        events: By process.
        stood_on: The rung of each event.
    """

    answers: list[Answer]
    events: dict[int, list[Seen]]
    stood_on: dict[str, str | None]


def _answer(row: str) -> Answer:
    process, result, *memory = row.split()
    return Answer(
        int(process),
        None if result == "none" else int(result),
        [bytes.fromhex(one[1:]) if one.startswith(":") else None for one in memory],
    )


@pytest.fixture(scope="module")
def called(capture: Capture, truth: Build, public: Path) -> Called:
    """The program has run once, and only its own calls were asked for."""
    program = truth("calls")
    interest = EventInterest(clauses=[to_raw({"process.comm": Condition(equal=(program.name[:15],))})])
    with capture.wanting(*_EVENTS):
        capture.tables.want({BY_NAME[name].id: decision(BY_NAME[name], interest, 2) for name in _EVENTS})
        capture.take()
        ran = subprocess.run(
            [program], input="".join(question.row() for question in QUESTIONS), stdout=subprocess.PIPE,
            text=True, check=True, cwd=public, timeout=DEADLINE_SECONDS,
        )  # fmt: skip
        events: dict[int, list[Seen]] = {}
        for event in capture.take():
            events.setdefault(event.pid, []).append(seen(event))
    answers = [_answer(row) for row in ran.stdout.splitlines()]
    return Called(answers, events, dict(capture.stood_on))


def _told_result(question: Question, answer: Answer) -> int:
    if question.call.returns == "never":
        return 0
    if question.call.name == "uretprobe" and answer.result is None:
        return -1  # only the kernel's own trampoline may make it: anybody else is killed
    assert answer.result is not None
    waits = question.call.name in {"pause", "rt_sigsuspend", "sigsuspend"}
    return _ERESTARTNOHAND if waits and answer.result == _EINTR else answer.result


@pytest.mark.parametrize("place", range(len(QUESTIONS)), ids=[question.id for question in QUESTIONS])
def test_a_call_is_told_as_it_was_made(capture: Capture, called: Called, place: int) -> None:
    """Its arguments, its result and its ABI; what lies in the memory of the caller is marked."""
    question, answer = QUESTIONS[place], called.answers[place]
    capture.stood_on = {question.call.name: called.stood_on[question.call.name]}
    number = question.number + (i386.FIRST if question.abi == 32 else 0)
    own = [one for one in called.events[answer.process] if one.raw.syscall == number]
    origins = {one.name: "user" for one in question.call.arguments if one.type in IN_MEMORY}

    assert [what(one) for one in own] == [
        told(
            question.call.name, question.name, question.expected(answer.result, answer.memory),
            return_value=_told_result(question, answer), origins=origins,
        )
    ]  # fmt: skip
    assert own[0].event.abi == {64: "x86_64", 32: "i386"}[question.abi]


def test_more_than_four_hundred_different_calls_are_made() -> None:
    """The bar of the project: all of the table."""
    assert len(_EVENTS) > 400
