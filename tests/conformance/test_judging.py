"""What has been written of an event decides whether it is sent, whichever event it is."""

import contextlib
import ctypes
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from collector.decisions import decision
from collector.machine import examine
from collector.tables import Tables
from tests.conformance.capture import Capture, Seen, seen
from tests.requirement import require
from tracewire.catalogue import BY_NAME
from tracewire.clause import Clause, Condition, any_matches, to_raw
from tracewire.command.fields import Sight
from tracewire.command.filters import clause_of, parse
from tracewire.finding import EventView, ProcessView
from tracewire.interest import EventInterest

pytestmark = pytest.mark.root


def do_all(directory: Path) -> None:
    """The deeds of all events below, in the current process and in *directory*."""
    os.chdir(directory)
    libc = ctypes.CDLL(None, use_errno=True)
    for name in ("one", "two.d", "cron-job"):
        Path(name).touch()
        Path(name).chmod(0o4755 if name == "one" else 0o600)
        Path(f"{name}.link").symlink_to("/etc/shadow" if name == "one" else "somewhere/else")
        Path(name).rename(f"renamed-{name}")
        Path(f"renamed-{name}").unlink()
    for port in (1, 2, 7, 4001):
        with socket.socket() as opened:
            opened.connect_ex(("127.0.0.1", port))
        with socket.socket(socket.AF_INET6) as opened:
            opened.connect_ex(("::1", port))
    for path in (f"{directory}/a.sock", "b.sock", "\0abstract"):
        with socket.socket(socket.AF_UNIX) as opened:
            opened.connect_ex(path)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.sendto(b"to a port", ("127.0.0.1", 9))
        opened.connect(("127.0.0.1", 9))
        with contextlib.suppress(ConnectionRefusedError):
            opened.send(b"to nobody in particular")
    for request in (0, 7, 16):
        libc.ptrace(request, -1, None, None)
    for user in (0, 4294967295):
        libc.setfsuid(user)
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        socket.socket(socket.AF_INET, kind).close()


ENUM = Condition(equal=("PTRACE_CONT",))
CASES: list[tuple[str, list[Clause]]] = [
    ("ptrace", [{"args.request": ENUM}]),
    ("ptrace", [{"args.request": ENUM}, {"args.request": Condition(equal=("PTRACE_ATTACH",))}]),
    ("ptrace", [{"args.pid": Condition(ranges=((None, -2),))}]),
    ("ptrace", [{"args.pid": Condition(ranges=((-1, 0),)), "args.request": ENUM}]),
    ("ptrace", [{"return_value": Condition(ranges=((0, None),))}, {"args.request": ENUM}]),
    ("ptrace", [{"process.exe": Condition(prefix=("/nowhere/",)), "args.request": ENUM}]),
    ("ptrace", [{"process.exe": Condition(equal=(os.path.realpath(sys.executable),))}]),
    ("ptrace", [{"process.exe": Condition(suffix=(f"/{Path(os.path.realpath(sys.executable)).name}",))}]),
    ("ptrace", [{"syscall": Condition(equal=("ptrace",))}]),
    ("ptrace", [{"syscall": Condition(equal=("openat",))}]),
    ("ptrace", [{"process.pid_namespace": Condition(equal=(1,))}]),
    ("ptrace", [{"process.gid": Condition(equal=(os.getgid(),))}]),
    ("ptrace", [{"process.ns_pid": Condition(ranges=((1, None),)), "args.request": ENUM}]),
    ("setfsuid", [{"args.fsuid": Condition(equal=(-1,))}]),
    ("security_socket_create", [{"args.type": Condition(equal=("SOCK_DGRAM",))}]),
    ("security_socket_connect", [{"args.remote_addr.sa_family": Condition(equal=("AF_UNIX",))}]),
    ("security_socket_connect", [{"args.remote_addr.sin_port": Condition(equal=(7, 4001))}]),
    ("security_socket_connect", [{"args.remote_addr.sin_addr": Condition(cidr=("10.0.0.0/8",))}]),
    ("security_socket_connect", [{"args.remote_addr.sin_addr": Condition(cidr=("127.0.0.0/8",))}]),
    ("chmod_common", [{"args.mode": Condition(contains=("S_ISUID", "S_ISGID"))}]),
    ("chmod_common", [{"args.pathname": Condition(suffix=("/two.d",))}]),
    ("security_inode_symlink", [{"args.target": Condition(equal=("/etc/shadow",))}]),
    ("security_inode_symlink", [{"args.target": Condition(prefix=("somewhere/",))}]),
    ("security_inode_rename", [{"args.old_path": Condition(suffix=("/one",))}]),
    ("security_inode_unlink", [{"args.pathname": Condition(equal=("/nowhere",), suffix=("/renamed-one",))}]),
    ("security_inode_unlink", [{"args.pathname": Condition(prefix=("/nowhere/",))}]),
    ("security_inode_unlink", [{"args.pathname": Condition(suffix=("med-one", "n-job", "o.d"))}]),
    ("security_inode_unlink", [{"args.pathname": Condition(suffix=("wo.d", "renamed-two.e"))}]),
    ("security_inode_unlink", [{"args.pathname": Condition(infix=("named-two",))}]),
    ("security_inode_unlink", [{"args.pathname": Condition(infix=("/nowhere/", "-job"), suffix=("/x",))}]),
    ("security_inode_unlink", [{"args.pathname": Condition(same=("process.exe", "process.ancestors.exe"))}]),
    ("security_inode_symlink", [{"args.target": Condition(suffix=("hadow",))}]),
    ("security_inode_symlink", [{"args.target": Condition(infix=("where/",))}]),
    ("sendto", [{"args.dest_addr.sin_port": Condition(equal=(9,))}]),
    ("sendto", [{"args.dest_addr.sa_family": Condition(equal=("AF_INET6",))}]),
    ("sendto", [{"args.dest_addr.sa_family": Condition(equal=("AF_INET",))}]),
]  # fmt: skip

# What the kernel cannot tell apart is sent: a port is one whatever the family, and of an address of
# another length there is nothing to compare.
WIDENED = frozenset({"args.remote_addr.sin_port"})


def _document(one: Seen) -> dict[str, Any]:
    made: dict[str, Any] = {"view": msgspec.to_builtins(one.event)}
    made |= {"args": one.event.args, "process": msgspec.to_builtins(one.process)}
    return made | {"return_value": one.event.return_value, "syscall": one.event.syscall, "container": None}


@pytest.fixture
def did(capture: Capture, tmp_path: Path) -> Callable[[], list[dict[str, Any]]]:
    """The documents of the events of one process that does everything."""

    def do() -> list[dict[str, Any]]:
        # Forked: to start Python anew takes a second where every instruction is emulated (tests/kernels/).
        process = os.fork()
        if not process:
            status = 1
            try:
                do_all(tmp_path)
                status = 0
            finally:
                os._exit(status)
        assert os.waitpid(process, 0)[1] == 0
        for leftover in tmp_path.iterdir():
            leftover.unlink()
        return [_document(seen(event)) for event in capture.take() if event.pid == process]

    return do


def _want(capture: Capture, name: str, clauses: list[Clause], generation: int) -> None:
    interest = EventInterest(clauses=[to_raw(clause) for clause in clauses])
    capture.tables.want({BY_NAME[name].id: decision(BY_NAME[name], interest, generation)})
    capture.take()


def _said(documents: list[dict[str, Any]]) -> list[str]:
    """What they say, without what is another in each process."""
    return [msgspec.json.encode([one["args"], one["return_value"]]).decode() for one in documents]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_kernel_decides_as_the_clauses_say(
    capture: Capture, did: Callable[[], list[dict[str, Any]]], number: int
) -> None:
    """Of the same deeds arrives what the clauses want: numbers, flags, texts, addresses, the process."""
    name, clauses = CASES[number]
    with capture.wanting(name):
        everything = did()
        _want(capture, name, clauses, 100 + number)
        before = capture.counts(name)
        found = did()
        after = capture.counts(name)

    assert everything
    wanted = [one for one in everything if any_matches(clauses, one)]
    left_out = ("inode", "dev", "ctime")
    for one in (*everything, *found):
        one["args"] = {key: value for key, value in one["args"].items() if key not in left_out}
    if {field for clause in clauses for field in clause} & WIDENED:
        assert set(_said(wanted)) <= set(_said(found))
        assert len(found) < len(everything)
    else:
        assert _said(found) == _said(wanted)
    assert after["filtered"] - before["filtered"] >= len(everything) - len(found)


FILTERED = [
    ("ptrace", ["request=PTRACE_CONT,PTRACE_ATTACH", "pid<0"]),
    ("ptrace", ["retval<0", "uid>=0", "host", f"tree={os.getpid()}"]),
    ("ptrace", ["pid!=0,7", "error!=ESRCH"]),
    ("ptrace", ["container"]),
    ("security_socket_connect", ["remote_addr=127.0.0.0/8"]),
    ("security_socket_connect", ["remote_addr=::/64"]),
    ("security_socket_connect", ["remote_addr!=127.0.0.1"]),
    ("security_socket_connect", ["remote_addr=*.sock"]),
    ("chmod_common", ["mode=S_ISUID", "pathname=*/one,/nowhere"]),
    ("security_inode_symlink", ["target=/etc/shadow,some*"]),
    ("security_inode_symlink", ["target=*where/*,*hado*"]),
]


@pytest.mark.parametrize("number", range(len(FILTERED)))
def test_filters_decide_the_same_in_the_kernel_and_behind_it(
    capture: Capture, did: Callable[[], list[dict[str, Any]]], number: int
) -> None:
    """What a filter leaves of all events, it leaves of those that its clause has let through."""
    name, conditions = FILTERED[number]
    filters = parse(conditions, [BY_NAME[name]])
    sights: list[Sight] = []

    def left() -> list[str]:
        documents = did()
        views = [(msgspec.convert(each["view"], EventView), each["process"]) for each in documents]
        sights[:] = [Sight("n", event, msgspec.convert(process, ProcessView)) for event, process in views]
        return [
            f"{sight.event.args.get('pathname')} {sight.event.args.get('remote_addr')} "
            f"{sight.event.args.get('target')} {sight.event.args.get('request')} {sight.event.return_value}"
            for sight in sights
            if all(each.accepts(sight) for each in filters)
        ]

    with capture.wanting(name):
        expected = left()
        everything = len(sights)
        clause = clause_of(BY_NAME[name], filters)
        _want(capture, name, [clause], 400 + number)
        found = left()

    assert everything
    assert found == expected
    assert (len(sights) < everything) == (len(expected) < everything and bool(clause))


def test_ancestors_decide(capture: Capture, did: Callable[[], list[dict[str, Any]]]) -> None:
    """Descendants of a process are told apart from others."""
    with capture.wanting("ptrace"):
        everything = did()
        _want(capture, "ptrace", [{"process.lineage": Condition(contains=(os.getpid(),))}], 200)
        mine = did()
        _want(capture, "ptrace", [{"process.lineage": Condition(contains=(2**22 + 1,))}], 201)
        others = did()

    assert (_said(mine), others) == (_said(everything), [])


def test_containers_and_the_host_are_told_apart(capture: Capture) -> None:
    """By the name of the cgroup, as the engine does."""
    root = examine().cgroup
    require(root, "needs cgroup v2 mounted")
    assert root is not None
    box = Path(root, "0b" * 32)
    box.mkdir()
    code = "import ctypes, sys\nfor path in sys.argv[1:]: open(path, 'w').write('0')\n"
    code += "ctypes.CDLL(None).ptrace(7, -1, None, None)"

    def found(generation: int, condition: Condition) -> list[str]:
        _want(capture, "ptrace", [{"container.id": condition}], generation)
        by_pid = {}
        for place, paths in (("host", []), ("box", [str(box / "cgroup.procs")])):
            program = subprocess.Popen([sys.executable, "-I", "-S", "-c", code, *paths])
            assert program.wait(60) == 0
            by_pid[program.pid] = place
        return [by_pid[event.pid] for event in capture.take() if event.pid in by_pid]

    try:
        with capture.wanting("ptrace"):
            assert found(500, Condition(present=True)) == ["box"]
            assert found(501, Condition(present=False)) == ["host"]
            assert found(502, Condition(equal=("0b" * 32,))) == ["box"]
            assert found(503, Condition(equal=("0c" * 32,))) == []
    finally:
        box.rmdir()


def test_one_in_so_many_is_sent_whatever_it_is(capture: Capture) -> None:
    """A sample says that no clause wanted it, and what is left out and what is sent add up."""
    tables = Tables(capture.objects, sampling=7)
    name = "ptrace"
    clauses: list[Clause] = [{"args.request": Condition(equal=("PTRACE_SEIZE",))}]
    interest = EventInterest(clauses=[to_raw(clause) for clause in clauses])
    code = "import ctypes\nfor _ in range(800): ctypes.CDLL(None).ptrace(7, -1, None, None)"
    with capture.wanting(name):
        tables.want({})
        tables.want({BY_NAME[name].id: decision(BY_NAME[name], interest, 300)})
        capture.take()
        before = capture.counts(name)
        program = subprocess.Popen([sys.executable, "-I", "-S", "-c", code])
        assert program.wait(60) == 0
        sampled = [event for event in capture.take() if event.pid == program.pid]
        after = capture.counts(name)
        tables.want({})

    assert {event.clauses for event in sampled} == {0}
    generated, filtered = (after[key] - before[key] for key in ("generated", "filtered"))
    assert generated - filtered >= len(sampled)
    # Each CPU counts for itself.
    assert 800 // 8 - 2 * os.cpu_count() <= len(sampled) <= 800 // 8 + 2 * os.cpu_count()  # type: ignore[operator]


def test_a_program_that_removes_itself_is_told_apart(capture: Capture, tmp_path: Path) -> None:
    """What is removed is compared with the program of the process, and with those of its ancestors."""
    name = "security_inode_unlink"
    remover, shell, other = (shutil.which(one) or "" for one in ("rm", "dash", "rm"))
    own: Clause = {"args.pathname": Condition(same=("process.exe",))}
    theirs: Clause = {"args.pathname": Condition(same=("process.ancestors.exe",))}

    def found(generation: int, clause: Clause) -> list[str]:
        _want(capture, name, [clause], generation)
        mine = tmp_path / "a-remover-of-which-the-path-is-longer-than-sixteen-words-of-eight-bytes"
        parent, beside = tmp_path / "parent", tmp_path / "x"
        shutil.copy(remover, mine)
        shutil.copy(shell, parent)
        beside.touch()
        for command in ([mine, beside, mine], [parent, "-c", f"{other} {parent}; :"]):
            assert subprocess.run(command, check=True, timeout=60).returncode == 0
        paths = [seen(event).event.args["pathname"] for event in capture.take()]
        return [Path(path).name[:8] for path in paths if str(path).startswith(str(tmp_path))]

    with capture.wanting(name):
        assert found(600, own) == ["a-remove"]
        assert found(601, theirs) == ["parent"]
        assert found(602, {"args.pathname": Condition(equal=("/nowhere",))}) == []
