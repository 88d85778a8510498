"""What this kernel allows, found out by doing it: every rung is loaded and attached, then detached."""

import sys
from collections.abc import Mapping
from typing import Any, Self

import msgspec

from collector import machine
from collector.calls import FAMILY as SYSCALLS
from collector.errors import MachineError
from collector.machine import Machine
from collector.rungs import Choice
from collector.session import Session
from tracewire.catalogue import EVENTS, Rung
from tracewire.settings import Settings
from tracewire.text import printable

_DONE, _MACHINE_CANNOT = 0, 4


class Standing(msgspec.Struct, kw_only=True):
    """Where an event stands.

    Attributes:
        rung: Which; None where it cannot be had.
        note: What that rung does not see.
        inexact: Arguments that are not exact there, and why.
        refused: Why each better rung cannot be had.
    """

    rung: str | None
    note: str
    inexact: dict[str, str]
    refused: dict[str, str]

    @classmethod
    def on(cls, rung: Rung | None, refused: Mapping[str, str]) -> Self:
        """On *rung*, where the better ones are *refused*."""
        return cls(
            rung=rung.name if rung else None,
            note=rung.note if rung else "",
            inexact={name: exactness.value for name, exactness in rung.exactness.items()} if rung else {},
            refused=dict(refused),
        )

    @property
    def limits(self) -> str:
        """All of them, for people."""
        limits = [self.note] if self.note else []
        limits += [f"{name} is {why}" for name, why in self.inexact.items()]
        limits += [f"not {name}: {reason}" for name, reason in self.refused.items()]
        return "; ".join(limits)


class EventReport(Standing, kw_only=True):
    """How one event can be had.

    Attributes:
        name: Of the event.
        family: Its family.
        requests: The same where io_uring does it; None where io_uring cannot.
    """

    name: str
    family: str
    requests: Standing | None = None


class Report(msgspec.Struct, kw_only=True):
    """All of it.

    Attributes:
        machine: Facts about the machine.
        problem: Why nothing can be loaded here, or None.
        remedy: What to do about it, or None.
        events: In the order of the catalogue.
        programs_refused: Why a program could not be loaded, by name.
        missed_calls: By program, calls that the kernel skipped while the programs were attached.
    """

    machine: Machine
    problem: str | None = None
    remedy: str | None = None
    events: list[EventReport] = []
    programs_refused: dict[str, str] = {}
    missed_calls: dict[str, int] = {}


def _event_report(choice: Choice) -> EventReport:
    event = choice.event
    return EventReport(
        name=event.name,
        family=event.family,
        requests=Standing.on(choice.request_rung, choice.requests_refused) if event.requests else None,
        **msgspec.structs.asdict(Standing.on(choice.rung, choice.refused)),
    )


def examine(settings: Settings) -> Report:
    """Load and attach everything once.

    Raises:
        ObjectsError: There are no BPF objects.
        SettingsError: A rung is asked for that does not exist.
    """
    facts = machine.examine(settings.collector.btf)
    try:
        machine.require(facts)
    except MachineError as error:
        return Report(machine=facts, problem=error.problem, remedy=error.remedy)
    # The smallest ring: nothing is wanted, so nothing is written.
    own = settings.collector
    session = Session(facts, ring_mebibytes=1, btf=own.btf, rungs=own.rungs)
    try:
        session.objects.load_all()
        choices = session.attachments.choose(EVENTS)
        return Report(
            machine=facts,
            events=[_event_report(choice) for choice in choices],
            programs_refused=session.objects.refused,
            missed_calls=session.objects.missed_calls(set(session.attachments.links)),
        )
    finally:
        session.close()


def _system_calls(events: list[EventReport]) -> list[str]:
    """One line for all that stand alike: there are hundreds, and they share their programs."""
    alike: dict[tuple[str | None, tuple[str, ...]], int] = {}
    for event in events:
        refused = tuple(f"not {name}: {reason}" for name, reason in event.refused.items())
        key = (event.rung, refused)
        alike[key] = alike.get(key, 0) + 1
    limits = "what a call passes by address is user; --json has each"
    return [
        f"{f'{count} system calls':<26} {rung or '-':<12} {'; '.join((limits, *refused))}"
        for (rung, refused), count in alike.items()
    ]


def _line(name: str, standing: Standing) -> str:
    return f"{name:<26} {standing.rung or '-':<12} {standing.limits}".rstrip()


def lines(report: Report) -> list[str]:
    """*report* for people."""
    facts = report.machine
    rows: list[tuple[str, str]] = [
        ("kernel", f"{facts.kernel} {facts.architecture}"),
        ("BTF", facts.btf or "none"),
        ("security modules", ", ".join(facts.security_modules) or "not shown"),
        ("preemption", "in the middle of BPF programs" if facts.preemptible else "not in BPF programs"),
        ("lockdown", facts.lockdown or "not shown"),
        ("cgroup v2", facts.cgroup or "not mounted"),
        (
            "namespaces",
            f"not the host's: {', '.join(facts.namespaces)}" if facts.namespaces else "the host's",
        ),
        ("capabilities", ", ".join(facts.capabilities) or "none"),
    ]
    found = [f"{name:<17} {value}" for name, value in rows]
    if report.problem:
        return [*found, "", f"{report.problem}.", report.remedy or ""]
    found += ["", f"{'EVENT':<26} {'RUNG':<12} LIMITS"]
    calls = [event for event in report.events if event.family == SYSCALLS]
    for event in report.events:
        if event in calls:
            continue
        found.append(_line(event.name, event))
    found += _system_calls(calls)
    if requests := [_line(event.name, event.requests) for event in report.events if event.requests]:
        found += ["", f"{'THROUGH IO_URING':<26} {'RUNG':<12} LIMITS", *requests, ""]
    found += [f"program {name} was refused: {reason}" for name, reason in report.programs_refused.items()]
    found += [f"program {name} missed {count} calls" for name, count in report.missed_calls.items()]
    return found


def run(settings: Settings, *, as_json: bool) -> int:
    """Print the report and return the exit code: 4 where nothing can be loaded.

    Raises:
        ObjectsError: There are no BPF objects.
    """
    report = examine(settings)
    if as_json:
        document: dict[str, Any] = msgspec.to_builtins(report)
        print(msgspec.json.format(msgspec.json.encode(document)).decode())  # noqa: T201  (the command's output)
    else:
        for line in lines(report):
            print(printable(line))  # noqa: T201  (the command's output)
    if report.problem:
        print(f"collector: {report.problem}.\n{report.remedy}", file=sys.stderr)  # noqa: T201
    return _MACHINE_CANNOT if report.problem else _DONE
