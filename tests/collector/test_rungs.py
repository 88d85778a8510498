"""Each event takes the best rung that this kernel allows, alone and with reasons."""

import os
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector import machine, objects
from collector.doctor import EventReport, Report, examine, lines
from collector.libbpf import Map
from collector.objects import Objects
from collector.rungs import Attachments
from collector.session import Session
from tests.collector.serving import ROOT
from tracewire.catalogue import BY_NAME, EVENTS, Definition, Rung
from tracewire.errors import SettingsError
from tracewire.interest import EventInterest
from tracewire.settings import Settings

pytestmark = [pytest.mark.root, pytest.mark.usefixtures("can_collect")]

BUILT = ROOT / "build" / "bpf"
EVENT_IDS = 2048  # in bpf/catalogue.h


@pytest.fixture(scope="module")
def loaded() -> Iterator[Objects]:
    """All objects, loaded once: nothing in here attaches or writes to a shared map."""
    with_everything = Objects(objects.folder(), ring_mebibytes=1)
    with_everything.load_all()
    yield with_everything
    with_everything.close()


@pytest.fixture
def cgroup() -> Iterator[int | None]:
    root = machine.examine().cgroup
    descriptor = os.open(root, os.O_RDONLY) if root else None
    yield descriptor
    if descriptor is not None:
        os.close(descriptor)


def test_a_refused_program_costs_only_the_rungs_that_need_it(loaded: Objects, cgroup: int | None) -> None:
    """Connect falls from the cgroup hook to the exit of the system call; bind stays where it is."""
    program = loaded.programs.pop("cgroup_connect4")
    loaded.refused["cgroup_connect4"] = "Operation not permitted"
    attachments = Attachments(loaded, cgroup)
    try:
        connect, bind = attachments.choose(
            [BY_NAME["security_socket_connect"], BY_NAME["security_socket_bind"]]
        )
    finally:
        attachments.close()
        loaded.programs["cgroup_connect4"] = program
        del loaded.refused["cgroup_connect4"]

    assert connect.rung is not None
    assert (connect.rung.name, connect.refused["inner"]) == (
        "sys_exit",
        "cgroup_connect4: Operation not permitted",
    )
    assert bind.rung is not None
    assert bind.rung.name == "inner"


def test_a_program_that_does_not_attach_costs_its_rung(loaded: Objects) -> None:
    """Without a cgroup v2 directory there is nothing to attach cgroup programs to."""
    attachments = Attachments(loaded, None)
    try:
        (connect,) = attachments.choose([BY_NAME["security_socket_connect"]])
    finally:
        attachments.close()

    assert connect.rung is not None
    assert connect.rung.name == "sys_exit"
    assert connect.refused["inner"].startswith("cgroup_connect4: ")


def test_an_event_without_any_rung_says_why(loaded: Objects) -> None:
    """The reasons of all of its rungs in one sentence."""
    event = Definition(1, "made_up", "file", "", (), rungs=(Rung("best", ("no_such_program",)),))
    (choice,) = Attachments(loaded, None).choose([event])

    assert choice.problem == (
        "made_up cannot be seen on this kernel (best: no_such_program: no object has such a program)"
    )


def test_a_rung_that_is_asked_for_is_the_only_one(loaded: Objects, cgroup: int | None) -> None:
    """The others are left out for that reason, and other events stand where they would."""
    attachments = Attachments(loaded, cgroup, forced={"security_socket_connect": "sys_exit"})
    try:
        connect, bind = attachments.choose(
            [BY_NAME["security_socket_connect"], BY_NAME["security_socket_bind"]]
        )
    finally:
        attachments.close()

    assert connect.rung is not None
    assert (connect.rung.name, connect.refused) == (
        "sys_exit",
        dict.fromkeys(("lsm", "fexit", "kprobe", "inner"), "sys_exit is asked for"),
    )
    assert bind.rung is not None
    assert bind.rung.name != "sys_exit"


def test_an_event_whose_rung_cannot_be_had_is_not_seen(loaded: Objects) -> None:
    """It does not fall to another one: who asks for a rung wants to know."""
    event = Definition(
        1, "made_up", "file", "", (), rungs=(Rung("best", ("no_such_program",)), Rung("other", ()))
    )
    (choice,) = Attachments(loaded, None, forced={"made_up": "best"}).choose([event])

    assert (choice.rung, choice.refused) == (
        None,
        {"best": "no_such_program: no object has such a program", "other": "best is asked for"},
    )


@pytest.mark.parametrize(
    ("forced", "message", "remedy"),
    [
        ({"ptrase": "sys_exit"}, "collector.rungs: there is no event 'ptrase'", "Did you mean 'ptrace'?"),
        ({"ptrace": "fexit"}, "collector.rungs: ptrace has no rung 'fexit'", "It has sys_exit."),
    ],
)
def test_a_rung_that_does_not_exist_is_refused(forced: dict[str, str], message: str, remedy: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        Session(machine.examine(), ring_mebibytes=1, btf=None, rungs=forced)

    assert (str(refusal.value), refusal.value.remedy) == (message, remedy)


def test_without_calibration_inner_rungs_are_not_taken(tmp_path: Path) -> None:
    """Programs that cannot recognise their objects are not loaded, and the reason is kept."""
    for path in BUILT.glob("*.bpf.o"):
        if path.name != "calibrate.bpf.o":
            shutil.copy(path, tmp_path)
    with_less = Objects(tmp_path, ring_mebibytes=1)
    refused = {
        name: with_less.refused.get(name) for name in ("names_cache_free", "file_alloc", "mount_alloc")
    }
    loaded = with_less.programs.keys() & refused.keys()
    with_less.close()

    assert loaded == set()
    assert [reason and reason.startswith("the slab cache") for reason in refused.values()] == [True] * 3


def _table_in_force(session: Session, event: str) -> bytes:
    """The kernel's table of *event* in the bank that decides at the moment."""
    maps = session.objects.maps
    bank = int.from_bytes(maps["wanted_bank"].get(bytes(4)) or b"", "little")
    return (
        maps["wanted"].get((BY_NAME[event].id + bank * maps["wanted"].max_entries // 2).to_bytes(4, "little"))
        or b""
    )


def table_that_holds(maps: dict[str, Map], event: Definition) -> bytes | None:
    """The table of *event* in the bank that the kernel decides by."""
    (bank,) = struct.unpack("=I", maps["wanted_bank"].get(bytes(4)) or bytes(4))
    return maps["wanted"].get(struct.pack("=I", event.id + bank * EVENT_IDS))


def test_a_session_wants_attaches_and_forgets() -> None:
    """The maps hold what is wanted, with its generation, and nothing of it afterwards."""
    session = Session(machine.examine(), ring_mebibytes=1, btf=None)
    try:
        number = (101).to_bytes(4, "little")
        maps = session.objects.maps
        session.apply({"ptrace": EventInterest(), "setuid": EventInterest()})
        wanted = _table_in_force(session, "ptrace")
        flags = maps["syscalls"].get(number)
        handler = maps["exit_handlers"].get(number)
        session.apply({"setuid": EventInterest()})
        others = sorted(session.attachments.links)
        gone = (
            _table_in_force(session, "ptrace"),
            maps["syscalls"].get(number),
            maps["exit_handlers"].get(number),
        )
        session.detach()
        links = dict(session.attachments.links)
    finally:
        session.close()

    assert (int.from_bytes(wanted[:8], "little"), int.from_bytes(wanted[8:12], "little")) == (1, 1)
    assert (flags, handler is not None) == ((1).to_bytes(4, "little"), True)
    assert others == sorted(BY_NAME["setuid"].rungs[0].programs)
    assert gone == (bytes(len(wanted)), bytes(4), None)
    assert links == {}


def test_doctor_reports_every_event_of_the_catalogue() -> None:
    """Each with a rung of its own ladder, or with a reason for each of its rungs."""
    report = examine(Settings())

    assert isinstance(report, Report)
    assert [event.name for event in report.events] == [event.name for event in EVENTS]
    for found, event in zip(report.events, EVENTS, strict=True):
        ladder = [rung.name for rung in event.rungs]
        better = ladder[: ladder.index(found.rung)] if found.rung else ladder
        assert list(found.refused) == better


def test_doctor_tells_how_requests_of_io_uring_are_seen() -> None:
    """Of each event that io_uring can lead to: its rung, its limits, and why not a better one."""
    report = examine(Settings())
    standing = {event.name: event.requests for event in report.events if event.requests}
    said = lines(report)
    heading = next(place for place, line in enumerate(said) if line.startswith("THROUGH IO_URING"))

    assert sorted(standing) == sorted(event.name for event in EVENTS if event.requests)
    for name, found in standing.items():
        ladder = list(dict.fromkeys(rung.name for rung in BY_NAME[name].request_rungs))
        better = ladder[: ladder.index(found.rung)] if found.rung else ladder
        assert list(found.refused) == better
        line = next(line for line in said[heading:] if line.startswith(f"{name} "))
        assert line.split()[1] == (found.rung or "-")
        assert all(f"not {rung}: {reason}" in line for rung, reason in found.refused.items())


def test_doctor_has_one_line_for_the_system_calls_that_stand_alike() -> None:
    """And one more for those that do not; every other event has its own."""
    calls = [
        EventReport(name=name, family=family, rung=rung, note="", inexact={}, refused=refused)
        for name, family, rung, refused in (
            ("read", "syscall", "sys_exit", {}),
            ("write", "syscall", "sys_exit", {}),
            ("pause", "syscall", None, {"sys_exit": "no tracepoint"}),
            ("fork", "process", "tracepoint", {}),
        )
    ]
    said = lines(Report(machine=machine.examine(), events=calls))

    events = said[said.index(next(line for line in said if line.startswith("EVENT"))) + 1 :]
    assert [line.split(maxsplit=1)[0] for line in events] == ["fork", "2", "1"]
    assert events[1].startswith("2 system calls")
    assert events[2].endswith("not sys_exit: no tracepoint")
