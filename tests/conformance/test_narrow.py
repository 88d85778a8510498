"""Security events of 32-bit calls: what a program does by `int $0x80` is told like the 64-bit call that does it.

Each call is made twice by the same program, once by each table of numbers, on things of the same kind. That
the event of the 64-bit call is right is what the other tests show.
"""

import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conformance.capture import DEADLINE_SECONDS, Capture, Seen, seen, what
from tests.conformance.conftest import Build
from tracewire.catalogue import EVENTS, i386
from tracewire.catalogue.syscall import FAMILY

pytestmark = pytest.mark.root

_RECENT_SECONDS = 3600  # by the clock of the file system, which is coarse
_LOOPBACK = struct.pack("=HH4s8x", 2, 0x5000, bytes((127, 0, 0, 1)))  # port 80 in network order
_NOBODY = "4194305"


def _bytes(value: bytes) -> str:
    return f":{value.hex()}"


def _path(path: Path) -> str:
    return _bytes(bytes(path))


class Case(NamedTuple):
    """One deed, done by each of both tables.

    Attributes:
        event: That tells it.
        wide: Number of the x86_64 call.
        narrow: Number and name of the 32-bit one.
        words: What it is given, as `truths/calls.c` reads it, in a directory of its own.
        narrow_words: The same of the 32-bit call where that differs.
        user: Arguments that come from memory in the 32-bit call alone.
        exact: Whether both tell the same return value.
    """

    event: str
    wide: int
    narrow: tuple[int, str]
    words: Callable[[Path], list[str]]
    narrow_words: Callable[[Path], list[str]] | None = None
    user: tuple[str, ...] = ()
    exact: bool = True


def _two(one: str, other: str) -> Callable[[Path], list[str]]:
    return lambda place: [_path(place / one), _path(place / other)]


def _given(*words: str) -> Callable[[Path], list[str]]:
    return lambda _place: list(words)


def _message(_place: Path) -> list[str]:
    return ["=", f"*{_LOOPBACK.hex()},#{len(_LOOPBACK)},#0,#0,#0,#0,#0,#0", "1"]


def _many(place: Path) -> list[str]:
    return [*_message(place), "0"]


_ADDRESS = _given("=", _bytes(_LOOPBACK), str(len(_LOOPBACK)))
_SENT = _given("=", _bytes(b"x"), "1", "0", _bytes(_LOOPBACK), str(len(_LOOPBACK)))
_IN_BLOCK = f"*=,{_LOOPBACK.hex()},#{len(_LOOPBACK)}"
_ANONYMOUS = "0x22"
_MAPPED = _given("0", "8192", "7", _ANONYMOUS, "-1", "0")

CASES = {
    "open": Case("security_file_open", 2, (5, "open"), lambda place: [_path(place / "file"), "2"]),
    "openat": Case("security_file_open", 257, (295, "openat"), lambda place: ["-100", _path(place / "file"), "0"]),
    "openat2": Case("security_file_open", 437, (437, "openat2"),
                    lambda place: ["-100", _path(place / "file"), _bytes(struct.pack("=QQQ", 1, 0, 0)), "24"]),
    "creat": Case("security_file_open", 85, (8, "creat"), lambda place: [_path(place / "new"), "0640"]),
    "unlink": Case("security_inode_unlink", 87, (10, "unlink"), lambda place: [_path(place / "file")]),
    "unlinkat": Case("security_inode_unlink", 263, (301, "unlinkat"), lambda place: ["-100", _path(place / "file"), "0"]),
    "rename": Case("security_inode_rename", 82, (38, "rename"), _two("file", "other")),
    "symlink": Case("security_inode_symlink", 88, (83, "symlink"), lambda place: [_bytes(b"to"), _path(place / "new")]),
    "mkdir": Case("security_inode_mkdir", 83, (39, "mkdir"), lambda place: [_path(place / "new"), "0750"]),
    "link": Case("security_inode_link", 86, (9, "link"), _two("file", "other")),
    "chmod": Case("chmod_common", 90, (15, "chmod"), lambda place: [_path(place / "file"), "04755"]),
    "fchmodat": Case("chmod_common", 268, (306, "fchmodat"), lambda place: ["-100", _path(place / "file"), "0600"]),
    "mount": Case("security_sb_mount", 165, (21, "mount"),
                  lambda place: [_bytes(b"none"), _path(place), _bytes(b"tmpfs"), "6", "0"]),
    "memfd_create": Case("memfd_create", 319, (356, "memfd_create"), _given(_bytes(b"name"), "1")),
    "socket": Case("security_socket_create", 41, (359, "socket"), _given("2", "1", "6")),
    "socketcall of socket": Case("security_socket_create", 41, (102, "socketcall"), _given("2", "1", "6"),
                                 _given("1", "*#2,#1,#6"), ("family", "type", "protocol")),
    "connect": Case("security_socket_connect", 42, (362, "connect"), _ADDRESS),
    "socketcall of connect": Case("security_socket_connect", 42, (102, "socketcall"), _ADDRESS,
                                  _given("3", _IN_BLOCK), ("sockfd",)),
    "bind": Case("security_socket_bind", 49, (361, "bind"), _ADDRESS),
    "socketcall of bind": Case("security_socket_bind", 49, (102, "socketcall"), _ADDRESS,
                               _given("2", _IN_BLOCK), ("sockfd",)),
    "listen": Case("security_socket_listen", 50, (363, "listen"), _given("=", "7")),
    "socketcall of listen": Case("security_socket_listen", 50, (102, "socketcall"), _given("=", "7"),
                                 _given("4", "*=,#7"), ("sockfd", "backlog")),
    "sendto": Case("security_socket_sendmsg", 44, (369, "sendto"), _SENT),
    "socketcall of sendto": Case("security_socket_sendmsg", 44, (102, "socketcall"), _SENT,
                                 _given("11", f"*=,78,#1,#0,{_LOOPBACK.hex()},#{len(_LOOPBACK)}"), ("sockfd",)),
    "sendmsg": Case("security_socket_sendmsg", 46, (370, "sendmsg"), _message),
    "sendmmsg": Case("security_socket_sendmsg", 307, (345, "sendmmsg"), _many),
    "dup": Case("socket_dup", 32, (41, "dup"), _given("=")),
    "dup2": Case("socket_dup", 33, (63, "dup2"), _given("=", "50")),
    "dup3": Case("socket_dup", 292, (330, "dup3"), _given("=", "50", "0")),
    "ptrace": Case("ptrace", 101, (26, "ptrace"), _given("16", _NOBODY, "1", "2")),
    "process_vm_writev": Case("process_vm_writev", 311, (348, "process_vm_writev"), _given(_NOBODY, "0", "0", "0", "0", "0")),
    "setuid": Case("setuid", 105, (213, "setuid32"), _given("70000")),
    "setuid of 16 bits": Case("setuid", 105, (23, "setuid"), _given("7"), _given("0xabcd0007")),
    "setreuid of 16 bits": Case("setreuid", 113, (70, "setreuid"), _given("-1", "7"), _given("0xffff", "7")),
    "setresgid": Case("setresgid", 119, (210, "setresgid32"), _given("1", "-1", "3")),
    "commit_creds": Case("commit_creds", 105, (213, "setuid32"), _given("70000")),
    "commit_creds of 16 bits": Case("commit_creds", 106, (46, "setgid"), _given("7")),
    "unshare": Case("unshare", 272, (310, "unshare"), _given("0x04000000")),
    "setns": Case("setns", 308, (346, "setns"), _given("-1", "0x40000000")),
    "mmap2": Case("mem_prot_alert", 9, (192, "mmap2"), _MAPPED, exact=False),
    "mmap by a block": Case("mem_prot_alert", 9, (90, "mmap"), _MAPPED,
                            _given(f"*#0,#8192,#7,#{_ANONYMOUS},#0xffffffff,#0"), ("len",), exact=False),
    "init_module": Case("init_module", 175, (128, "init_module"), _given("0x1000", "10", _bytes(b"a=b"))),
    "finit_module": Case("finit_module", 313, (350, "finit_module"), _given("=", _bytes(b"a=b"), "2")),
    "bpf": Case("bpf", 321, (357, "bpf"), _given("5", "8", "128")),
}  # fmt: skip


def _prepared(folder: Path) -> Path:
    """A directory that has a file, to be changed by one call."""
    folder.mkdir()
    (folder / "file").touch()
    return folder


def _made_the_same(told: dict[str, Any], place: Path, inode: int) -> dict[str, Any]:
    """What an event says, without what must differ between two calls: which directory, inode and time it is."""
    args = dict(told["args"])
    for name, value in args.items():
        if isinstance(value, str):
            args[name] = value.replace(str(place), "PLACE")
        elif name == "inode" and value == inode:
            args[name] = "of the file"
        elif name == "ctime" and value:
            args[name] = abs(time.time() - value / 1e9) < _RECENT_SECONDS
        elif name == "flags" and told["name"] == "security_file_open":
            # Every 64-bit program may open large files (force_o_largefile()).
            args[name] = [flag for flag in value if flag != "O_LARGEFILE"]
    if "addr" in args and told["name"] == "mem_prot_alert":
        args["addr"] = told["return_value"] == int(args["addr"], 16)
    # A new file's is another one each time.
    if "inode" in args and args["inode"] == _inode(place / "new"):
        args["inode"] = "of the new file"
    return {**told, "args": args}


def _inode(path: Path) -> int | None:
    return path.lstat().st_ino if path.exists() else None


def _row(abi: int, number: int, words: list[str]) -> str:
    return " ".join((str(abi), str(number), *words)) + "\n"


def _by_process(capture: Capture) -> dict[int, list[Seen]]:
    events: dict[int, list[Seen]] = {}
    for event in capture.take():
        events.setdefault(event.pid, []).append(seen(event))
    return events


@pytest.mark.parametrize("name", CASES)
def test_a_32_bit_call_is_told_like_its_64_bit_one(
    capture: Capture, truth: Build, public: Path, name: str, tmp_path: Path
) -> None:
    """The same event with the same values; it says by which call, and what only memory told."""
    case = CASES[name]
    wide, narrow = _prepared(tmp_path / "wide"), _prepared(tmp_path / "narrow")
    inodes = {place: (place / "file").stat().st_ino for place in (wide, narrow)}
    rows = _row(64, case.wide, case.words(wide)) + _row(
        32, case.narrow[0], (case.narrow_words or case.words)(narrow)
    )
    with capture.wanting(case.event):
        ran = subprocess.run([truth("calls")], input=rows, stdout=subprocess.PIPE, text=True, check=True,
                             cwd=public, timeout=DEADLINE_SECONDS)  # fmt: skip
        events = _by_process(capture)
    processes = [int(row.split()[0]) for row in ran.stdout.splitlines()]
    (told_wide,), (told_narrow,) = (
        [one for one in events.get(process, []) if one.event.name == case.event] for process in processes
    )
    expected = _made_the_same(what(told_wide), wide, inodes[wide])
    found = _made_the_same(what(told_narrow), narrow, inodes[narrow])
    if not case.exact:
        expected["return_value"] = found["return_value"]

    assert (told_wide.event.abi, told_narrow.event.abi) == ("x86_64", "i386")
    assert found == {
        **expected,
        "syscall": case.narrow[1],
        "origins": {**expected["origins"], **dict.fromkeys(case.user, "user")},
    }


def test_every_call_that_leads_to_an_event_has_its_32_bit_one() -> None:
    """What an event is bound to is bound to it in both tables."""
    by_socketcall = {"accept"}  # has no number of its own in i386
    bound = {name for event in EVENTS if event.family != FAMILY for name in event.syscalls}
    assert bound - set(i386.SAME.values()) == by_socketcall
