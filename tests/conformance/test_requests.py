"""What io_uring does is told by the same events as the system call that would have done it."""

import os
import platform
import socket
from errno import ECONNREFUSED
from typing import Any

import pytest

from tests.conformance.capture import Capture, Run, Seen, seen_process, told, told_process
from tests.conformance.capture import what as what_of_call
from tests.conformance.conftest import Build
from tests.conformance.places import Place
from tracewire.view import flag_names

pytestmark = pytest.mark.root

EVENTS = (
    "security_file_open",
    "security_inode_unlink",
    "security_inode_rename",
    "security_inode_symlink",
    "security_inode_mkdir",
    "security_inode_link",
)
# At once, by a worker, by the ring's thread, behind another request, behind one that waits.
WAYS = ("inline", "async", "sqpoll", "linked", "later", "silent")
O_ONCE = 0o100 | 0o200 | 0o400 | 0o1000
O_LARGEFILE = 0o100000


def run_request(capture: Capture, truth: Build, place: Place, way: str, *deed: str, prepare: str) -> Run:
    """The truth program `ring`, which overwrites the path as soon as the request is submitted."""
    with capture.wanting(*EVENTS) as choices:
        if any(choice.request_rung is None for choice in choices):
            pytest.skip("requests cannot be seen on this kernel")
        return capture.run(
            place.command(prepare, truth("ring"), way, *deed), env={**os.environ, "FORGED": "/forged"}
        )


def requests(run: Run) -> list[Seen]:
    """Its events that came through a ring."""
    assert run.status == 0
    return [one for one in run.events if one.event.via is not None]


def what(one: Seen) -> dict[str, Any]:
    """The event without when and who, and by which way it came."""
    return {**what_of_call(one), "via": one.event.via}


def told_request(name: str, args: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """The same from what the program told."""
    return {**told(name, None, args, **rest), "via": "io_uring"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("operation", "path", "flags"),
    [("open", "d/file", 0), ("open", "link", 0o2), ("open", "new", 0o102), ("openat2", "d/file", 0o4001)],
)
def test_open(  # noqa: PLR0917
    capture: Capture, truth: Build, disk: Place, way: str, operation: str, path: str, flags: int
) -> None:
    """Path, flags and identity are those of the file that was opened, and the process is the ring's."""
    run = run_request(
        capture, truth, disk, way, operation, path, str(flags),
        prepare="mkdir d; echo x > d/file; ln -s d/file link",
    )  # fmt: skip

    did = run.did
    events = requests(run)
    if way == "silent":  # no completion tells the descriptor, so the program cannot look
        assert [one.event.args["syscall_pathname"] for one in events] == [path]
        return
    args = {
        "pathname": did["after"],
        "flags": flag_names("open", did["flags"] | flags & O_ONCE),
        "dev": did["dev"],
        "inode": did["inode"],
        "ctime": did["ctime"],
        "syscall_pathname": path,
    }
    assert [what(one) for one in events] == [told_request("security_file_open", args)]
    assert seen_process(events[0]) == told_process(run.process, cwd=False)


@pytest.mark.parametrize("way", WAYS)
def test_unlink(capture: Capture, truth: Build, disk: Place, way: str) -> None:
    """The name that is gone, and the file that it was."""
    run = run_request(capture, truth, disk, way, "unlink", "d/file", prepare="mkdir d; echo x > d/file")

    did = run.did
    args = {"pathname": did["before"], "inode": did["inode"], "dev": did["dev"], "ctime": did["ctime"]}
    events = requests(run)
    assert [what(one) for one in events] == [told_request("security_inode_unlink", args)]
    assert seen_process(events[0]) == told_process(run.process)


@pytest.mark.parametrize("way", WAYS)
def test_rename(capture: Capture, truth: Build, disk: Place, way: str) -> None:
    """Where the file lay before, and lies after."""
    run = run_request(
        capture,
        truth,
        disk,
        way,
        "rename",
        "file",
        "d/other",
        prepare="mkdir d; echo x > file; echo y > d/other",
    )

    args = {"old_path": run.did["before"], "new_path": run.did["after"]}
    assert [what(one) for one in requests(run)] == [told_request("security_inode_rename", args)]


@pytest.mark.parametrize("way", WAYS)
def test_symlink(capture: Capture, truth: Build, disk: Place, way: str) -> None:
    """The new link, and what it points to."""
    run = run_request(capture, truth, disk, way, "symlink", "../target", "d/link", prepare="mkdir d")

    args = {"linkpath": run.did["after"], "target": "../target"}
    assert [what(one) for one in requests(run)] == [told_request("security_inode_symlink", args)]


@pytest.mark.parametrize("way", WAYS)
def test_mkdir(capture: Capture, truth: Build, disk: Place, way: str) -> None:
    """The new directory, and the permissions that were asked for."""
    run = run_request(capture, truth, disk, way, "mkdir", "d/new", prepare="mkdir d")

    args = {"pathname": run.did["after"], "mode": flag_names("mode", 0o750)}
    assert [what(one) for one in requests(run)] == [told_request("security_inode_mkdir", args)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("old", "flags"), [("file", "0"), ("symbolic", "0"), ("symbolic", "0x400")])
def test_link(capture: Capture, truth: Build, disk: Place, way: str, old: str, flags: str) -> None:  # noqa: PLR0917
    """The name before, the new one, and the file; a symbolic link itself unless it is to be followed."""
    run = run_request(
        capture, truth, disk, way, "link", old, "d/new", flags,
        prepare="mkdir d; echo x > file; ln -s file symbolic",
    )  # fmt: skip

    did = run.did
    args = {
        "old_path": did["before"] if flags == "0" else f"{disk.directory}/file",
        "new_path": did["after"],
        "inode": did["inode"],
        "dev": did["dev"],
        "ctime": did["ctime"],
    }
    assert [what(one) for one in requests(run)] == [told_request("security_inode_link", args)]


@pytest.mark.parametrize("way", ["inline", "async", "sqpoll", "linked", "later"])
@pytest.mark.parametrize("listens", [True, False])
def test_connect(capture: Capture, truth: Build, disk: Place, way: str, *, listens: bool) -> None:
    """The address that the kernel copied, whether anybody listens there or not."""
    with socket.socket() as server, capture.wanting("security_socket_connect") as choices:
        if choices[0].request_rung is None:
            pytest.skip("requests cannot be seen on this kernel")
        server.bind(("127.0.0.1", 0))
        if listens:
            server.listen()
        port = server.getsockname()[1]
        run = capture.run(
            disk.command("", truth("ring"), way, "connect", f"inet:127.0.0.1:{port}"),
            env={**os.environ, "FORGED": "forged"},
        )

    args = {
        "sockfd": run.did["sockfd"],
        "type": "SOCK_STREAM",
        "remote_addr": {"sa_family": "AF_INET", "sin_addr": "127.0.0.1", "sin_port": port},
    }
    assert run.did["result"] == (0 if listens else -ECONNREFUSED)
    # Where the kernel keeps its copy of the address is known of 6.18.
    release = tuple(int(part) for part in platform.release().split(".")[:2])
    origins = {"type": "racy"} | ({} if release >= (6, 18) else {"remote_addr": "user"})
    assert [what(one) for one in requests(run)] == [
        told_request("security_socket_connect", args, origins=origins)
    ]
    assert seen_process(requests(run)[0]) == told_process(run.process)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "deed",
    [
        ("open", "nothing", "0"),
        ("open", "file/nothing", "0"),
        ("open", "file", "0302"),
        ("unlink", "nothing"),
        ("unlink", "d"),
        ("rmdir", "d"),
        ("rename", "nothing", "file"),
        ("symlink", "target", "file"),
        ("mkdir", "d"),
        ("link", "file", "d"),
    ],
)
def test_what_fails_is_no_event(
    capture: Capture, truth: Build, disk: Place, way: str, deed: tuple[str, ...]
) -> None:
    """Nor is the removal of a directory, which is another event."""
    run = run_request(capture, truth, disk, way, *deed, prepare="mkdir d; echo x > file")

    if way != "silent":
        assert (run.did["result"] < 0) == (deed[0] != "rmdir")
    assert requests(run) == []
