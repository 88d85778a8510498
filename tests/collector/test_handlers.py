"""Every event that is bound to system calls has something to handle each of them."""

import re
from pathlib import Path

import pytest

from collector.handlers import EXIT_PROGRAMS, NUMBERS, RECORDED, WANTED, Handler, handlers_of
from tests.collector.serving import ROOT
from tracewire.catalogue import BY_NAME, EVENTS, Definition, Rung

RUNGS = [(event, rung) for event in EVENTS for rung in event.rungs]


def _programs_in_the_sources() -> set[str]:
    sources = "\n".join(path.read_text() for path in Path(ROOT / "bpf").glob("*.[ch]"))
    return set(re.findall(r"(?:BPF_PROG|TRACEPOINT|SYSCALL_ENTRY|SYSCALL_EXIT)\((\w+)", sources)) | set(
        re.findall(r"IDS_HANDLER\((exit_\w+)", sources)
    )


@pytest.mark.parametrize(("event", "rung"), RUNGS, ids=[f"{event.name}-{rung.name}" for event, rung in RUNGS])
def test_handlers_exist_in_the_sources(event: Definition, rung: Rung) -> None:
    """No name is misspelt, on either side."""
    named = {part for handler in handlers_of(event, rung) for part in (handler.enter, handler.exit) if part}

    assert named <= _programs_in_the_sources()


def test_every_exit_program_is_for_a_known_system_call() -> None:
    """The table's keys are names of the system call table."""
    assert EXIT_PROGRAMS.keys() <= NUMBERS.keys()


def test_registers_need_no_record() -> None:
    """What is all there at the exit costs nothing at the entry."""
    ptrace = BY_NAME["ptrace"]

    assert handlers_of(ptrace, ptrace.rungs[0]) == [Handler(101, WANTED, None, "exit_ptrace")]


def test_an_open_is_recorded() -> None:
    """Inner tracepoints have to find the task's record."""
    opened = BY_NAME["security_file_open"]

    assert {handler.flags for handler in handlers_of(opened, opened.rungs[0])} == {WANTED | RECORDED}


def test_a_tracepoint_leaves_system_calls_alone() -> None:
    """sched_process_exec names the calls it can happen in, and needs nothing of them."""
    executed = BY_NAME["sched_process_exec"]

    assert handlers_of(executed, executed.rungs[0]) == []
