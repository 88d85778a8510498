"""Of the BPF objects only what somebody needs is loaded, whenever that is."""

import struct
import subprocess
import sys
from collections.abc import Iterator

import msgspec
import pytest

from collector import machine
from collector.session import Session
from tracewire.batch import Batch, BatchHeader
from tracewire.catalogue import BY_ID
from tracewire.interest import EventInterest

pytestmark = [pytest.mark.root, pytest.mark.usefixtures("can_collect")]

CORE = {"sys_enter", "sys_exit", "uring_submit", "names_cache_free", "file_alloc", "mount_alloc"}


@pytest.fixture
def session() -> Iterator[Session]:
    opened = Session(machine.examine(), ring_mebibytes=1, btf=None)
    yield opened
    opened.close()


def want(session: Session, *names: str) -> None:
    session.apply({name: EventInterest() for name in names})
    assert session.problems() == []


def seen(session: Session, family: str, pid: int) -> list[str]:
    """Names of the events of process *pid* in the ring of *family*."""
    names = []
    while (region := session.rings[family].take()) is not None:
        header = BatchHeader(1, "n", "b", "s", family, 0, 0, region.count, 0)
        records = b"\xdd" + struct.pack(">I", 2 * region.count) + region.data
        batch = Batch(b"\x92" + msgspec.msgpack.encode(header) + records)
        names += [BY_ID[event.event_id].name for event in batch.events() if event.pid == pid]
    return names


def change_user() -> int:
    """A process whose only interesting deed is a setuid(); its pid."""
    with subprocess.Popen([sys.executable, "-c", "import os; os.setuid(1234)"]) as child:
        assert child.wait(60) == 0
        return child.pid


def test_nothing_but_the_core_is_loaded_before_somebody_asks(session: Session) -> None:
    """No family has a ring yet, and what this kernel is known to lack is refused already."""
    programs = session.objects.programs.keys()

    assert programs | (session.objects.refused.keys() & CORE) == CORE
    assert session.rings == {}


def test_system_calls_load_two_programs_and_one_ring(session: Session) -> None:
    """Whichever is asked for, and the next one loads nothing."""
    before = set(session.objects.programs)
    want(session, "openat2")
    loaded = session.objects.programs.keys() - before
    want(session, "openat2", "getpid")

    assert loaded == {"call_enter", "call_exit"}
    assert session.objects.programs.keys() - before == loaded
    assert list(session.rings) == ["syscall"]


def test_what_is_loaded_later_writes_into_the_same_ring(session: Session) -> None:
    """An object of which more is needed is opened once more; its maps are those of the first time."""
    want(session, "commit_creds")
    ring = session.rings["process"]
    first = seen(session, "process", change_user())
    want(session, "commit_creds", "setuid")
    second = seen(session, "process", change_user())

    assert (first, second) == (["commit_creds"], ["setuid", "commit_creds"])
    assert session.rings == {"process": ring}


def test_all_of_an_object_can_be_loaded_program_by_program(session: Session) -> None:
    """It comes to the same as all at once, but for which program was the first to be refused."""
    at_once = Session(machine.examine(), ring_mebibytes=1, btf=None)
    at_once.objects.load_all()
    expected = (set(at_once.objects.programs), set(at_once.objects.refused))
    at_once.close()
    for name in sorted(expected[0] | expected[1]):
        session.objects.load([name])

    assert (set(session.objects.programs), set(session.objects.refused)) == expected


def test_preparing_attaches_nothing(session: Session) -> None:
    """It may run while other events go on, and `apply` has nothing left to load then."""
    session.prepare(["ptrace", "no_such_event"])
    loaded = set(session.objects.programs)
    links = dict(session.attachments.links)
    want(session, "ptrace")

    assert links == {}
    assert "exit_ptrace" in loaded
    assert set(session.objects.programs) == loaded
