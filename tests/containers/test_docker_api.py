"""The Docker API: a real daemon, and servers that answer what no daemon does."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collector.inventory.docker import Change, DockerApi
from collector.inventory.errors import NonsenseError, RuntimeAwayError
from tests.containers.engine import BOX, Engine

ID = "ab" * 32


def test_daemon_describes_its_containers(docker: Engine) -> None:
    api = DockerApi("docker", str(docker.socket))
    identity = docker.create("described", "true", Labels={"a": "b"})
    try:
        found = api.describe(identity)
    finally:
        docker.remove(identity)

    assert found is not None
    assert (found.runtime, found.name, found.image, found.image_digest, found.labels) == (
        "docker", "described", BOX, None, {"a": "b"},
    )  # fmt: skip
    assert abs((found.created_ns or 0) / 1e9 - time.time()) < 60
    assert api.describe(ID) is None


def test_daemon_announces_changes(docker: Engine) -> None:
    """What happened shortly before is heard too, and `stop` ends it."""
    api = DockerApi("docker", str(docker.socket))
    identity = docker.create("announced", "true")
    docker.demand("POST", f"/containers/{identity}/rename?name=renamed")
    docker.remove(identity)
    heard: list[Change | None] = []
    with contextlib.suppress(RuntimeAwayError):
        for change in api.follow():
            heard.append(change)
            if change and change.id == identity and change.action == "destroy":
                api.stop()

    assert heard[0] is None
    assert [change.action for change in heard if change and change.id == identity] == [
        "create", "rename", "destroy",
    ]  # fmt: skip
    (created,) = [change for change in heard if change and change.id == identity and change.description]
    assert created.description is not None
    assert (created.description.name, created.description.image) == ("announced", BOX)


@pytest.fixture
def answering(tmp_path: Path) -> Iterator[Callable[[bytes], DockerApi]]:
    """The API of a server that answers every request with given bytes, and then closes or waits."""
    stop = threading.Event()
    servers: list[tuple[socket.socket, threading.Thread]] = []

    def serve(listener: socket.socket, answer: bytes) -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                connection.sendall(answer)

    def make(answer: bytes) -> DockerApi:
        path = tmp_path / f"{len(servers)}.sock"
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(path))
        listener.listen()
        thread = threading.Thread(target=serve, args=(listener, answer))
        thread.start()
        servers.append((listener, thread))
        return DockerApi("docker", str(path))

    yield make
    stop.set()
    for listener, thread in servers:
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        listener.close()


def _body(text: bytes, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 " + status + b"\r\nContent-Length: " + str(len(text)).encode() + b"\r\n\r\n" + text


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x00" * 4096,
        _body(b"not json"),
        _body(b"{}"),
        _body(b"[1, 2]"),
        _body(b'{"Id": "' + b"cd" * 32 + b'", "Name": "/other", "Config": {}}'),
        _body(b"oops", b"500 Internal Server Error"),
        _body(b"", b"302 Found"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_nonsense_is_an_error_and_no_container(
    answering: Callable[[bytes], DockerApi], answer: bytes
) -> None:
    with pytest.raises((NonsenseError, RuntimeAwayError)):
        answering(answer).describe(ID)


@pytest.mark.parametrize("line", [b"no json\n", b"{}\n", b'{"Action": "create", "Actor": 1}\n', b"[]\n"])
def test_nonsense_among_events_is_an_error(answering: Callable[[bytes], DockerApi], line: bytes) -> None:
    changes = answering(_body(line)).follow()
    assert next(changes) is None
    with pytest.raises(NonsenseError):
        next(changes)


def test_answer_without_end_is_given_up(answering: Callable[[bytes], DockerApi]) -> None:
    """Larger than any container's description."""
    with pytest.raises(NonsenseError, match="more than"):
        answering(_body(b" " * (5 * 1024 * 1024))).describe(ID)


@contextlib.contextmanager
def _as_nobody() -> Iterator[None]:
    """This process has nobody's rights, and no group, for the length of the block."""
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


def test_socket_that_may_not_be_used_is_away(docker: Engine) -> None:
    """The daemon's own, which is root's and its group's, for a user who is in neither."""
    with _as_nobody(), pytest.raises(RuntimeAwayError, match="docker cannot be asked: Permission denied"):
        DockerApi("docker", str(docker.socket)).describe(ID)


def test_missing_sockets_are_away(tmp_path: Path) -> None:
    with pytest.raises(RuntimeAwayError, match="No such file") as missing:
        DockerApi("docker", str(tmp_path / "none.sock")).describe(ID)
    assert missing.value.runtime == "docker"
    (tmp_path / "file").touch()
    with pytest.raises(RuntimeAwayError, match="Connection refused"):
        DockerApi("docker", str(tmp_path / "file")).describe(ID)


def test_silent_daemon_is_given_up(tmp_path: Path) -> None:
    """Within its time: one that accepts and says nothing."""
    path = tmp_path / "silent.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(os.fsencode(path))
        listener.listen()
        begin = time.monotonic()
        with pytest.raises(RuntimeAwayError, match="timed out"):
            DockerApi("docker", str(path)).describe(ID)

    assert time.monotonic() - begin < 4.5
