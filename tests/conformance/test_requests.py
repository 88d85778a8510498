"""What io_uring does with names is told by the same events as the system call that would have done it."""

import pytest

from tests.conformance.asking import ask, requests, told_request, what
from tests.conformance.capture import Capture, Run, seen_process, told_process
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
# See truths/ring.h.
WAYS = ("inline", "async", "sqpoll", "linked", "later", "silent", "register")
O_ONCE = 0o100 | 0o200 | 0o400 | 0o1000


def run_request(capture: Capture, truth: Build, place: Place, way: str, *deed: str, prepare: str) -> Run:
    """The truth program `ring`, which overwrites the path as soon as the request is submitted."""
    return ask(capture, EVENTS, place.command(prepare, truth("ring"), way, *deed), forged="/forged")


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


def test_open_without_a_descriptor(capture: Capture, truth: Build, disk: Place) -> None:
    """A file that goes into the ring's own table is opened like any other."""
    run = run_request(
        capture,
        truth,
        disk,
        "direct",
        "open",
        "link",
        "2",
        prepare="mkdir d; echo x > d/file; ln -s d/file link",
    )

    event = what(requests(run)[0])
    assert run.did["result"] == 0
    assert (event["args"]["pathname"], event["args"]["syscall_pathname"]) == (
        f"{disk.directory}/d/file",
        "link",
    )
    assert (event["origins"], len(requests(run))) == ({}, 1)


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
