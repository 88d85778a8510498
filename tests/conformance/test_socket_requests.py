"""What io_uring does with sockets is told by the same events as the system call that would have done it."""

import platform
import socket
from errno import ECONNREFUSED
from typing import Any

import pytest

from tests.conformance.asking import ask, requests, told_request, what
from tests.conformance.capture import Capture, Run, seen_process, told_process
from tests.conformance.conftest import Build
from tests.conformance.places import Place

pytestmark = pytest.mark.root

# See truths/ring.h.
EACH = ("inline", "async", "sqpoll", "linked", "later", "register")
WAYS = (*EACH, "fixed")
RELEASE = tuple(int(part) for part in platform.release().split(".")[:2])


def run_request(capture: Capture, truth: Build, place: Place, event: str, *deed: str) -> Run:
    """One request of *event*."""
    return ask(capture, [event], place.command("", truth("ring"), *deed), forged="forged")


def is_submitted(capture: Capture, event: str) -> bool:
    """Whether *event* is told when a request is submitted, and not by what executes it."""
    return capture.requests_stood_on[event] == "inner"


def descriptor(run: Run, way: str) -> int | None:
    """The socket as the event tells it: one in the ring's own table has no descriptor."""
    return None if way == "fixed" else run.did["sockfd"]


@pytest.mark.parametrize("way", [*EACH, "direct"])
def test_socket(capture: Capture, truth: Build, disk: Place, way: str) -> None:
    """Family, type and protocol, wherever the new socket is put."""
    run = run_request(capture, truth, disk, "security_socket_create", way, "socket", "10", "2", "17")

    args = {"family": "AF_INET6", "type": "SOCK_DGRAM", "protocol": 17, "kern": False}
    assert run.did["result"] >= 0
    assert [what(one) for one in requests(run)] == [told_request("security_socket_create", args)]
    assert seen_process(requests(run)[0]) == told_process(run.process)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("listens", [True, False])
def test_connect(capture: Capture, truth: Build, disk: Place, way: str, *, listens: bool) -> None:
    """The address that the kernel copied, once, whether anybody listens there or not."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if listens:
            server.listen()
        port = server.getsockname()[1]
        run = run_request(
            capture, truth, disk, "security_socket_connect", way, "connect", f"inet:127.0.0.1:{port}"
        )

    args = {
        "sockfd": descriptor(run, way),
        "type": "SOCK_STREAM",
        "remote_addr": {"sa_family": "AF_INET", "sin_addr": "127.0.0.1", "sin_port": port},
    }
    assert run.did["result"] == (0 if listens else -ECONNREFUSED)
    origins = {}
    if is_submitted(capture, "security_socket_connect"):
        # Where the kernel keeps its copy of the address is known of 6.18.
        origins = {"type": "racy"} | ({} if RELEASE >= (6, 18) else {"remote_addr": "user"})
    assert [what(one) for one in requests(run)] == [
        told_request("security_socket_connect", args, origins=origins)
    ]
    assert seen_process(requests(run)[0]) == told_process(run.process)


@pytest.mark.parametrize("way", WAYS)
def test_bind(capture: Capture, truth: Build, disk: Place, way: str) -> None:
    """The address that was asked for."""
    run = run_request(capture, truth, disk, "security_socket_bind", way, "bind", "inet:127.0.0.7:0")

    address = {"sa_family": "AF_INET", "sin_addr": "127.0.0.7", "sin_port": 0}
    assert run.did["result"] == 0
    args = {"sockfd": descriptor(run, way), "local_addr": address}
    assert [what(one) for one in requests(run)] == [told_request("security_socket_bind", args)]


@pytest.mark.parametrize("way", WAYS)
def test_listen(capture: Capture, truth: Build, disk: Place, way: str) -> None:
    """Where the socket waits, and for how many."""
    run = run_request(capture, truth, disk, "security_socket_listen", way, "listen", "inet:127.0.0.1:0", "5")

    assert run.did["result"] == 0
    args = {"sockfd": descriptor(run, way), "local_addr": run.did["local_addr"], "backlog": 5}
    origins = {"local_addr": "racy"} if is_submitted(capture, "security_socket_listen") else {}
    assert [what(one) for one in requests(run)] == [
        told_request("security_socket_listen", args, origins=origins)
    ]


@pytest.mark.parametrize("way", [*WAYS, "direct", "silent"])
def test_accept(capture: Capture, truth: Build, disk: Place, way: str) -> None:
    """Both ends of the connection; without a completion inner tracepoints know only where it is waited for."""
    run = run_request(
        capture, truth, disk, "security_socket_accept", way, "accept", "inet:127.0.0.1:0", "inet:127.0.0.3:0"
    )

    args: dict[str, Any] = {
        "sockfd": descriptor(run, way),
        "local_addr": run.did["local_addr"],
        "remote_addr": run.did["first"],
    }
    origins = {}
    if is_submitted(capture, "security_socket_accept") and way == "silent":
        args["remote_addr"] = None
        origins = {"local_addr": "racy"}
    assert run.did["result"] >= 0
    assert [what(one) for one in requests(run)] == [
        told_request("security_socket_accept", args, origins=origins)
    ]
    assert seen_process(requests(run)[0]) == told_process(run.process)


@pytest.mark.parametrize("way", ["inline", "sqpoll", "fixed"])
def test_accept_of_several(capture: Capture, truth: Build, disk: Place, way: str) -> None:
    """One request that accepts again and again is told for each connection."""
    clients = ("inet:127.0.0.3:0", "inet:127.0.0.4:0")
    run = run_request(
        capture, truth, disk, "security_socket_accept", way, "accept_all", "inet:127.0.0.1:0", *clients
    )

    origins = {"sockfd": "racy"} if is_submitted(capture, "security_socket_accept") else {}
    assert [what(one) for one in requests(run)] == [
        told_request(
            "security_socket_accept",
            {"sockfd": descriptor(run, way), "local_addr": run.did["local_addr"], "remote_addr": client},
            origins=origins,
        )
        for client in (run.did["first"], run.did["second"])
    ]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("operation", ["send", "sendmsg", "send_zc", "sendmsg_zc"])
@pytest.mark.parametrize("connected", [(), ("connected",)])
def test_send(  # noqa: PLR0917
    capture: Capture, truth: Build, disk: Place, way: str, operation: str, connected: tuple[str, ...]
) -> None:
    """The address that was given, else the one that the socket is connected to."""
    run = run_request(
        capture, truth, disk, "security_socket_sendmsg", way, operation, "inet:127.0.0.1:9", *connected
    )

    assert run.did["result"] == len("hi")
    args = {
        "sockfd": descriptor(run, way),
        "type": "SOCK_DGRAM",
        "remote_addr": {"sa_family": "AF_INET", "sin_addr": "127.0.0.1", "sin_port": 9},
    }
    origins = {}
    if is_submitted(capture, "security_socket_sendmsg"):
        origins = {"type": "racy"} | ({"remote_addr": "racy"} if connected else {})
    assert [what(one) for one in requests(run)] == [
        told_request("security_socket_sendmsg", args, origins=origins)
    ]
    assert seen_process(requests(run)[0]) == told_process(run.process, cwd=False)
