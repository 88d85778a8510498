"""Events of sockets name the addresses that the kernel used."""

import socket
from collections.abc import Iterator
from errno import EBADF
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.capture import Capture, Run, Seen, seen_process, shown, told, told_process, what
from tests.conformance.conftest import Build

pytestmark = pytest.mark.root

INET, INET6, UNIX, NETLINK, PACKET = 2, 10, 1, 16, 17
STREAM, DGRAM, RAW, SEQPACKET = 1, 2, 3, 5


def made(run: Run, name: str) -> list[Seen]:
    """Events *name* of the truth program."""
    assert run.status == 0
    return [one for one in run.events if one.event.name == name]


def address(told_address: dict[str, Any]) -> dict[str, Any]:
    """A program's address, its path as the contract shows it."""
    return {name: shown(value) if name == "sun_path" else value for name, value in told_address.items()}


@pytest.fixture(params=[INET, INET6])
def listener(request: pytest.FixtureRequest) -> Iterator[socket.socket]:
    """A listening socket on loopback, of each kind of IP."""
    with socket.socket(request.param, socket.SOCK_STREAM) as server:
        server.bind(("127.0.0.1" if request.param == INET else "::1", 0))
        server.listen()
        yield server


def listening(server: socket.socket) -> tuple[str, dict[str, Any]]:
    """The address of a listener, for the program and as the contract has it."""
    host, port, *_ = server.getsockname()
    if server.family == socket.AF_INET:
        return f"inet:{host}:{port}", {"sa_family": "AF_INET", "sin_addr": host, "sin_port": port}
    return f"inet6:{host}:{port}", {"sa_family": "AF_INET6", "sin6_addr": host, "sin6_port": port}


@pytest.mark.parametrize(
    ("registers", "args", "result"),
    [
        (
            [2, 1 | 0o2000000, 6],
            {"family": "AF_INET", "type": "SOCK_STREAM", "protocol": 6, "kern": False},
            3,
        ),
        (
            [1, 5 | 0o4000, 0],
            {"family": "AF_UNIX", "type": "SOCK_SEQPACKET", "protocol": 0, "kern": False},
            3,
        ),
        ([16, 3, 0], {"family": "AF_NETLINK", "type": "SOCK_RAW", "protocol": 0, "kern": False}, 3),
        ([99, 1, 0], {"family": 99, "type": "SOCK_STREAM", "protocol": 0, "kern": False}, -97),
        ([2, 9, 0], {"family": "AF_INET", "type": 9, "protocol": 0, "kern": False}, -94),
        (
            [2, 1, 0xFFFF_FFFF],
            {"family": "AF_INET", "type": "SOCK_STREAM", "protocol": -1, "kern": False},
            -22,
        ),
    ],
)
def test_socket(
    capture: Capture, truth: Build, registers: list[int], args: dict[str, Any], result: int
) -> None:
    """Family, type without its flags, and protocol."""
    with capture.wanting("security_socket_create"):
        run = capture.run([truth("registers"), "41", *map(str, registers)])

    assert run.did["result"] == result
    events = made(run, "security_socket_create")
    assert [what(one) for one in events] == [
        told("security_socket_create", "socket", args, return_value=result)
    ]
    assert seen_process(events[0]) == told_process(run.process)


@pytest.mark.parametrize("kind", [STREAM, DGRAM])
def test_connect(capture: Capture, truth: Build, listener: socket.socket, kind: int) -> None:
    """The peer, exactly, over TCP and UDP."""
    word, peer = listening(listener)

    with capture.wanting("security_socket_connect"):
        run = capture.run([truth("connect"), str(int(listener.family)), str(kind), "0", word])

    args = {
        "sockfd": run.did["sockfd"],
        "type": {1: "SOCK_STREAM", 2: "SOCK_DGRAM"}[kind],
        "remote_addr": peer,
    }
    events = made(run, "security_socket_connect")
    assert run.did["result"] == 0
    assert [what(one) for one in events] == [told("security_socket_connect", "connect", args)]
    assert seen_process(events[0]) == told_process(run.process)


_REFUSED = {"sa_family": "AF_INET", "sin_addr": "127.0.0.1", "sin_port": 1}
_MAPPED = {"sa_family": "AF_INET6", "sin6_addr": "::ffff:127.0.0.1", "sin6_port": 1}
_USER = {"remote_addr": "user"}


@pytest.mark.parametrize(
    ("family", "kind", "protocol", "word", "length", "peer", "result", "origins"),
    [
        (INET, STREAM, 0, "inet:127.0.0.1:1", None, _REFUSED, -111, {}),
        (INET6, STREAM, 0, "inet6:::ffff:127.0.0.1:1", None, _MAPPED, -111, {}),
        (INET, DGRAM, 0, "inet:255.255.255.255:9", None,
         {"sa_family": "AF_INET", "sin_addr": "255.255.255.255", "sin_port": 9}, -13, {}),
        (INET, STREAM, 0, "inet:127.0.0.1:1", 8, _REFUSED, -22, _USER),
        (INET, STREAM, 0, "inet:127.0.0.1:1", 4, {"sa_family": "AF_INET"}, -22, _USER),
        (INET, STREAM, 0, "inet:127.0.0.1:1", 1, None, -22, {}),
        (INET, STREAM, 0, "inet:127.0.0.1:1", 0, None, -22, {}),
        (INET, STREAM, 0, "inet:127.0.0.1:1", 0xFFFF_FFFF, _REFUSED, -22, _USER),
        (INET, STREAM, 0, "inet:127.0.0.1:1", 129, _REFUSED, -22, _USER),
        (INET, STREAM, 0, "0300" + "00" * 14, None, {"sa_family": "AF_AX25"}, -97, _USER),
        (INET, DGRAM, 0, "00" * 16, None, {"sa_family": "AF_UNSPEC"}, 0, _USER),
        (INET, RAW, 1, "inet:127.0.0.1:0", None,
         {"sa_family": "AF_INET", "sin_addr": "127.0.0.1", "sin_port": 0}, 0, _USER),
        (NETLINK, RAW, 0, "1000" + "00" * 10, None, {"sa_family": "AF_NETLINK"}, 0, _USER),
        (UNIX, STREAM, 0, "unix:nowhere", None, {"sa_family": "AF_UNIX", "sun_path": "nowhere"}, -2, {}),
        (UNIX, STREAM, 0, "unix:" + "p" * 108, None, {"sa_family": "AF_UNIX", "sun_path": "p" * 108}, -2, {}),
        (UNIX, STREAM, 0, "abstract:a b", None, {"sa_family": "AF_UNIX", "sun_path": "@a b"}, -111, _USER),
        (UNIX, STREAM, 0, "unnamed", None, {"sa_family": "AF_UNIX", "sun_path": ""}, -22, _USER),
    ],
)  # fmt: skip
def test_connect_that_is_special(  # noqa: PLR0917
    capture: Capture, truth: Build, tmp_path: Path, family: int, kind: int, protocol: int, word: str,
    length: int | None, peer: dict[str, Any] | None, result: int, origins: dict[str, str],
) -> None:  # fmt: skip
    """Refused, malformed, not IP: what is known is told, and from where."""
    more = [] if length is None else [str(length)]

    with capture.wanting("security_socket_connect"):
        run = capture.run(
            [truth("connect"), str(family), str(kind), str(protocol), word, *more], cwd=tmp_path
        )

    assert run.did["result"] == result
    name = {STREAM: "SOCK_STREAM", DGRAM: "SOCK_DGRAM", RAW: "SOCK_RAW"}[kind]
    args = {"sockfd": run.did["sockfd"], "type": name, "remote_addr": peer}
    assert [what(one) for one in made(run, "security_socket_connect")] == [
        told("security_socket_connect", "connect", args, return_value=result, origins=origins)
    ]


@pytest.mark.parametrize(
    ("way", "family", "kind", "word", "connected", "origins"),
    [
        ("sendto", INET, DGRAM, "inet:127.0.0.1:0", (), {}),
        ("sendto", INET6, DGRAM, "inet6:::1:0", (), {}),
        ("sendmsg", INET, DGRAM, "inet:127.0.0.1:0", (), {}),
        ("sendmmsg", INET, DGRAM, "inet:127.0.0.1:0", (), {}),
        ("sendto", UNIX, DGRAM, "unix:here", (), {}),
        ("sendmsg", UNIX, DGRAM, "abstract:tracewire send", (), _USER),
        ("sendto", INET, DGRAM, "inet:127.0.0.1:0", ("connected",), {}),
        ("sendmsg", INET6, STREAM, "inet6:::1:0", ("connected",), {}),
        ("sendto", INET, STREAM, "inet:127.0.0.1:0", ("connected",), {}),
        ("sendmmsg", UNIX, DGRAM, "unix:here", ("connected",), {}),
        ("sendto", UNIX, STREAM, "abstract:tracewire send", ("connected",), {}),
    ],
)
def test_send(  # noqa: PLR0917
    capture: Capture, truth: Build, tmp_path: Path, way: str, family: int, kind: int, word: str,
    connected: tuple[str, ...], origins: dict[str, str],
) -> None:  # fmt: skip
    """Where it goes: the address that was given, else the one that the socket is connected to."""
    with capture.wanting("security_socket_sendmsg"):
        run = capture.run(
            [truth("send"), way, str(int(family)), str(int(kind)), word, *connected], cwd=tmp_path
        )

    result = 2  # bytes, or messages
    name = {STREAM: "SOCK_STREAM", DGRAM: "SOCK_DGRAM"}[kind]
    args = {"sockfd": run.did["sockfd"], "type": name, "remote_addr": run.did["remote_addr"]}
    events = made(run, "security_socket_sendmsg")
    assert run.did["result"] == result
    assert [what(one) for one in events] == [
        told("security_socket_sendmsg", way, args, return_value=result, origins=origins)
    ]
    assert seen_process(events[0]) == told_process(run.process, cwd=False)


def test_send_to_nobody(capture: Capture, truth: Build) -> None:
    """A call that fails is told too, with the address that it was given."""
    with capture.wanting("security_socket_sendmsg"):
        run = capture.run([truth("registers"), "44", "99", "0", "0", "0", "0", "0"])

    assert [what(one) for one in made(run, "security_socket_sendmsg")] == [
        told(
            "security_socket_sendmsg", "sendto", {"sockfd": 99, "type": None, "remote_addr": None},
            return_value=-EBADF,
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("family", "kind", "word", "local", "result", "origins"),
    [
        (INET, STREAM, "inet:127.0.0.1:0", {"sa_family": "AF_INET", "sin_addr": "127.0.0.1", "sin_port": 0}, 0, {}),
        (INET, DGRAM, "inet:0.0.0.0:0", {"sa_family": "AF_INET", "sin_addr": "0.0.0.0", "sin_port": 0}, 0, {}),  # noqa: S104
        (INET6, STREAM, "inet6:::1:0", {"sa_family": "AF_INET6", "sin6_addr": "::1", "sin6_port": 0}, 0, {}),
        (INET, STREAM, "inet:192.0.2.1:80", {"sa_family": "AF_INET", "sin_addr": "192.0.2.1", "sin_port": 80}, -99, {}),
        (UNIX, STREAM, "unix:here", {"sa_family": "AF_UNIX", "sun_path": "here"}, 0, {}),
        (UNIX, DGRAM, "unix:no/where", {"sa_family": "AF_UNIX", "sun_path": "no/where"}, -2, {}),
        (UNIX, STREAM, "unix:q" + "p" * 107, {"sa_family": "AF_UNIX", "sun_path": "q" + "p" * 107}, 0, {}),
        (UNIX, STREAM, "abstract:tracewire test", {"sa_family": "AF_UNIX", "sun_path": "@tracewire test"}, 0,
         {"local_addr": "user"}),
        (NETLINK, RAW, "1000" + "00" * 10, {"sa_family": "AF_NETLINK"}, 0, {"local_addr": "user"}),
    ],
)  # fmt: skip
def test_bind(  # noqa: PLR0917
    capture: Capture, truth: Build, tmp_path: Path, family: int, kind: int, word: str, local: dict[str, Any],
    result: int, origins: dict[str, str],
) -> None:  # fmt: skip
    """The address that was asked for, granted or not."""
    with capture.wanting("security_socket_bind"):
        run = capture.run([truth("bind"), str(family), str(kind), "0", word], cwd=tmp_path)

    assert run.did["result"] == result
    args = {"sockfd": run.did["sockfd"], "local_addr": local}
    events = made(run, "security_socket_bind")
    assert [what(one) for one in events] == [
        told("security_socket_bind", "bind", args, return_value=result, origins=origins)
    ]
    assert seen_process(events[0]) == told_process(run.process)


@pytest.mark.parametrize(
    ("family", "kind", "word", "backlog", "result"),
    [
        (INET, STREAM, "inet:127.0.0.1:0", 5, 0),
        (INET, STREAM, "-", 1, 0),
        (INET6, STREAM, "inet6:::1:0", -1, 0),
        (UNIX, STREAM, "unix:here", 7, 0),
        (UNIX, SEQPACKET, "abstract:tracewire listens", 7, 0),
        (UNIX, STREAM, "-", 7, -22),
        (INET, DGRAM, "inet:127.0.0.1:0", 5, -95),
    ],
)
def test_listen(  # noqa: PLR0917
    capture: Capture,
    truth: Build,
    tmp_path: Path,
    family: int,
    kind: int,
    word: str,
    backlog: int,
    result: int,
) -> None:
    """The address that is listened on, whatever the port was asked to be."""
    with capture.wanting("security_socket_listen"):
        run = capture.run([truth("listen"), str(family), str(kind), word, str(backlog)], cwd=tmp_path)

    assert run.did["result"] == result
    args = {"sockfd": run.did["sockfd"], "local_addr": address(run.did["local_addr"]), "backlog": backlog}
    events = made(run, "security_socket_listen")
    assert [what(one) for one in events] == [
        told("security_socket_listen", "listen", args, return_value=result)
    ]
    assert seen_process(events[0]) == told_process(run.process)


@pytest.mark.parametrize("way", ["accept", "accept4"])
@pytest.mark.parametrize(
    ("family", "words"),
    [
        (INET, ["inet:127.0.0.1:0"]),
        (INET6, ["inet6:::1:0"]),
        (UNIX, ["unix:here"]),
        (UNIX, ["unix:here", "unix:there"]),
        (UNIX, ["abstract:tracewire accepts", "abstract:tracewire asks"]),
    ],
)
def test_accept(  # noqa: PLR0917
    capture: Capture, truth: Build, tmp_path: Path, way: str, family: int, words: list[str]
) -> None:
    """Both ends of the connection, as getsockname and getpeername tell them."""
    with capture.wanting("security_socket_accept"):
        run = capture.run([truth("accept"), way, str(family), *words], cwd=tmp_path)

    did = run.did
    args = {"sockfd": did["sockfd"], "local_addr": address(did["local_addr"]),
            "remote_addr": address(did["remote_addr"])}  # fmt: skip
    events = made(run, "security_socket_accept")
    assert [what(one) for one in events] == [
        told("security_socket_accept", way, args, return_value=did["result"])
    ]
    assert seen_process(events[0]) == told_process(run.process)


@pytest.mark.parametrize(
    ("environment", "origins"),
    [({}, {}), ({"SHARED": "yes"}, {"remote_addr": "racy"})],
    ids=["alone", "shared"],
)
@pytest.mark.parametrize("way", ["dup", "dup2", "dup3"])
def test_duplicated_socket(
    capture: Capture, truth: Build, way: str, environment: dict[str, str], origins: dict[str, str]
) -> None:
    """The old and the new descriptor and the peer, marked where threads share them; a file's is silent."""
    with capture.wanting("socket_dup"):
        run = capture.run([truth("socket_dup"), way], env=environment)

    did = run.did
    args = {"oldfd": did["oldfd"], "newfd": did["newfd"], "remote_addr": address(did["remote_addr"])}
    events = made(run, "socket_dup")
    assert [what(one) for one in events] == [
        told("socket_dup", way, args, return_value=did["newfd"], origins=origins)
    ]
    assert seen_process(events[0]) == told_process(run.process)
