"""Events of files name the file that was really used, by the path at which the process sees it."""

from errno import EEXIST, EINVAL, ENODEV, ENOENT, ENOSYS
from typing import Any

import pytest

from tests.conformance.capture import (
    Capture,
    Run,
    Seen,
    expected_origins,
    is_hooked,
    seen_process,
    shown,
    told,
    told_process,
    what,
)
from tests.conformance.conftest import Build
from tests.conformance.places import Place
from tracewire.view import flag_names

pytestmark = pytest.mark.root

MFD_EXEC = 0x10  # since 6.3

# What struct file does not keep of open's flags.
O_ONCE = 0o100 | 0o200 | 0o400 | 0o1000


def made(run: Run, name: str) -> list[Seen]:
    """Events *name* of the truth program, without what it and its shell did to find the truth."""
    assert run.status == 0
    return [
        one
        for one in run.events
        if one.event.name == name
        and one.process.comm == run.process["comm"]
        and not str(one.event.args.get("syscall_pathname")).startswith("/proc")
    ]


def opened(run: Run, given_flags: int, **args: Any) -> dict[str, Any]:
    """What security_file_open should say of the truth program `open`."""
    did = run.did
    usual = {
        "pathname": shown(did["pathname"]),
        "flags": flag_names("open", did["flags"] | given_flags & O_ONCE),
        "dev": did["dev"],
        "inode": did["inode"],
        "ctime": did["ctime"],
        "syscall_pathname": shown(did["given"]),
    }
    return {**usual, **args}


@pytest.mark.parametrize(
    ("way", "path", "flags"),
    [
        ("open", "file", 0),
        ("open", "link", 0o2000001),
        ("open", "new", 0o102),
        ("creat", "new", 0o1101),
        ("openat", "d//deep/file", 0o2),
        ("openat", "./d/../d/deep/./file", 0o4000),
        ("openat", "d", 0o200000),
        ("openat", "file", 0o10000000),
        ("openat2", "d//deep/file", 0o1),
    ],
)
def test_open(capture: Capture, truth: Build, place: Place, way: str, path: str, flags: int) -> None:  # noqa: PLR0917
    """Path, flags and identity are those of the descriptor that the process got."""
    prepare = "mkdir -p d/deep; echo x > file; echo y > d/deep/file; ln -s d/deep/file link"

    with capture.wanting("security_file_open"):
        run = capture.run(place.command(prepare, truth("open"), way, path, str(flags)))

    origins = {"flags": "user"} if way == "openat2" else {}
    events = [
        one
        for one in made(run, "security_file_open")
        if one.event.args["syscall_pathname"] == run.did["given"]
    ]
    assert [what(one) for one in events] == [
        told("security_file_open", way, opened(run, flags), return_value=run.did["result"], origins=origins)
    ]
    assert seen_process(events[0]) == told_process(run.process, cwd=False)


@pytest.mark.parametrize(
    ("way", "path", "other"),
    [
        ("unlink", "file", None),
        ("unlink", "second", "file"),
        ("unlink", "d/file", "e/file"),
        ("unlink", "e/file", "d/file"),
        ("unlinkat", "d//deep/file", None),
        ("unlinkat", "x/x", None),
    ],
)
def test_unlink(  # noqa: PLR0917
    capture: Capture, truth: Build, place: Place, way: str, path: str, other: str | None
) -> None:
    """The name that is gone and the file that it was, among hard links too."""
    prepare = (
        "mkdir -p d/deep e x; echo x > file; ln file second; echo y > d/file; ln d/file e/file; echo z > d/deep/file; "
        "echo x > x/x"
    )

    with capture.wanting("security_inode_unlink"):
        run = capture.run(place.command(prepare, truth("unlink"), way, path, *([other] if other else [])))

    did = run.did
    assert did["result"] == 0
    args = {
        "pathname": shown(did["pathname"]),
        "inode": did["inode"],
        "dev": did["dev"],
        "ctime": did["ctime"],
    }
    events = made(run, "security_inode_unlink")
    inner = capture.stood_on["security_inode_unlink"] == "inner"
    if inner and place.kind in {"overlay-lower", "container"}:
        # Only a whiteout is made in the upper layer, and the file itself stays as it is.
        args = {"pathname": shown(did["pathname"]), "inode": None, "dev": None, "ctime": None}
    assert [what(one) for one in events] == [told("security_inode_unlink", way, args)]
    assert seen_process(events[0]) == told_process(run.process)


def test_unlink_of_one_among_many_hard_links(capture: Capture, truth: Build, disk: Place) -> None:
    """The name is exact, however many there are; the file is not known then."""
    prepare = "mkdir d; echo x > a; for n in 1 2 3 4 5; do ln a d/$n; done; stat d/* > /dev/null"

    with capture.wanting("security_inode_unlink"):
        run = capture.run(disk.command(prepare, truth("unlink"), "unlink", "d/1", "a"))

    found = what(made(run, "security_inode_unlink")[0])
    assert found["args"]["pathname"] == run.did["pathname"]
    assert found["args"]["inode"] in {None, run.did["inode"]}
    assert found["origins"] == {}


@pytest.mark.parametrize(
    ("way", "old", "new", "flags"),
    [
        ("rename", "file", "other", 0),
        ("rename", "file", "d/file", 0),
        ("rename", "file", "over", 0),
        ("rename", "file", "d/over", 0),
        ("rename", "d/over", "e/over", 0),
        ("rename", "d/deep///", "e/deeper/", 0),
        ("rename", "d/deep", "e/empty", 0),
        ("renameat", "d//deep/file", "e//file", 0),
        ("renameat2", "file", "new", 1),
        ("renameat2", "file", "over", 2),
        ("renameat2", "d/deep", "file", 2),
        ("renameat2", "x/x", "x/y", 0),
    ],
)
def test_rename(  # noqa: PLR0917
    capture: Capture, truth: Build, place: Place, way: str, old: str, new: str, flags: int
) -> None:
    """Old and new path are where a descriptor of the file lay before and lies after."""
    prepare = (
        "mkdir -p d/deep e/empty x; echo x > file; echo y > over; echo z > d/over; echo z > e/over; echo f > d/deep/file;"
        " echo x > x/x"
    )

    with capture.wanting("security_inode_rename"):
        run = capture.run(place.command(prepare, truth("rename"), way, old, new, str(flags)))

    did = run.did
    events = made(run, "security_inode_rename")
    if did["result"] == -18:  # a directory of a lower layer
        assert place.kind in {"overlay-lower", "container"}
        assert events == []
        return
    assert did["result"] == 0
    args = {"old_path": shown(did["old_path"]), "new_path": shown(did["new_path"])}
    assert [what(one) for one in events] == [told("security_inode_rename", way, args)]
    assert seen_process(events[0]) == told_process(run.process)


def test_exchange_of_the_same_name(capture: Capture, truth: Build, disk: Place) -> None:
    """Two files of one name that change directories cannot be told apart, and the event says so."""
    prepare = "mkdir d e; echo 1 > d/f; echo 2 > e/f"

    with capture.wanting("security_inode_rename"):
        run = capture.run(disk.command(prepare, truth("rename"), "renameat2", "d/f", "e/f", "2"))

    found = what(made(run, "security_inode_rename")[0])
    assert {found["args"]["old_path"], found["args"]["new_path"]} == {
        run.did["old_path"],
        run.did["new_path"],
    }
    assert found["origins"] == expected_origins(
        "security_inode_rename", {"old_path": "racy", "new_path": "racy"}
    )


def test_rename_between_hard_links_of_one_file(capture: Capture, truth: Build, disk: Place) -> None:
    """The kernel does nothing then, successfully: only the names as given are known."""
    with capture.wanting("security_inode_rename"):
        run = capture.run(disk.command("echo 1 > a; ln a b", truth("rename"), "rename", "a", "b"))

    # A hook is called before the kernel finds that there is nothing to do.
    place = f"{disk.directory}/" if is_hooked("security_inode_rename") else ""
    assert [what(one) for one in made(run, "security_inode_rename")] == [
        told("security_inode_rename", "rename", {"old_path": f"{place}a", "new_path": f"{place}b"},
             origins={"old_path": "racy", "new_path": "racy"})
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("way", "target", "link"),
    [
        ("symlink", "/etc/passwd", "link"),
        ("symlink", "nowhere", "d/link"),
        ("symlinkat", "../x", "d//link"),
        ("symlink", "same", "same"),
    ],
)
def test_symlink(capture: Capture, truth: Build, place: Place, way: str, target: str, link: str) -> None:  # noqa: PLR0917
    """Where the link lies, and what it points to as given."""
    with capture.wanting("security_inode_symlink"):
        run = capture.run(place.command("mkdir d", truth("symlink"), way, target, link))

    assert run.did["result"] == 0
    args = {"linkpath": shown(run.did["linkpath"]), "target": target}
    events = made(run, "security_inode_symlink")
    assert [what(one) for one in events] == [told("security_inode_symlink", way, args)]
    assert seen_process(events[0]) == told_process(run.process)


@pytest.mark.parametrize(
    ("way", "path", "mode"),
    [
        ("mkdir", "new", "755"),
        ("mkdir", "d/deep/new//", "1777"),
        ("mkdir", "link/new", "0"),
        ("mkdirat", "d//deep/../new", "7700"),
        ("mkdirat", "d/d", "700"),
    ],
)
def test_mkdir(capture: Capture, truth: Build, place: Place, way: str, path: str, mode: str) -> None:  # noqa: PLR0917
    """Where the new directory lies, and what permissions were asked for."""
    with capture.wanting("security_inode_mkdir"):
        run = capture.run(
            place.command("mkdir -p d/deep; ln -s d/deep link", truth("mkdir"), way, path, mode)
        )

    assert run.did["result"] == 0
    args = {"pathname": shown(run.did["pathname"]), "mode": flag_names("mode", int(mode, 8))}
    events = made(run, "security_inode_mkdir")
    assert [what(one) for one in events] == [told("security_inode_mkdir", way, args)]
    assert seen_process(events[0]) == told_process(run.process)


def test_mkdir_that_fails_is_no_event(capture: Capture, truth: Build, disk: Place) -> None:
    with capture.wanting("security_inode_mkdir"):
        run = capture.run(disk.command("mkdir d", truth("mkdir"), "mkdir", "d", "755"))

    assert run.did["result"] == -EEXIST
    assert made(run, "security_inode_mkdir") == []


@pytest.mark.parametrize(
    ("way", "old", "new", "flags"),
    [
        ("link", "file", "other", 0),
        ("link", "file", "d/file", 0),
        ("link", "symbolic", "d/other", 0),
        ("linkat", "d//deep/file", "e//file", 0),
        ("linkat", "symbolic", "other", 0x400),
        ("descriptor", "d/deep/file", "e/other", 0),
    ],
)
def test_link(  # noqa: PLR0917
    capture: Capture, truth: Build, place: Place, way: str, old: str, new: str, flags: int
) -> None:
    """The name that was given and the new one are where a descriptor of the file lay before, and lies after."""
    prepare = "mkdir -p d/deep e; echo x > file; echo y > d/deep/file; ln -s file symbolic"

    with capture.wanting("security_inode_link"):
        run = capture.run(place.command(prepare, truth("link"), way, old, new, str(flags)))

    did = run.did
    assert did["result"] == 0
    args = {
        "old_path": shown(did["old_path"]),
        "new_path": shown(did["new_path"]),
        "inode": did["inode"],
        "dev": did["dev"],
        "ctime": did["ctime"],
    }
    origins = {}
    if capture.stood_on["security_inode_link"] == "inner" and place.kind not in {"disk", "tmpfs"}:
        # Nothing but the directory changes above the layers.
        given = {"link": old, "linkat": old.rsplit("//", maxsplit=1)[-1], "descriptor": ""}[way]
        args |= {"old_path": given, "inode": None, "dev": None, "ctime": None}
        origins = {"old_path": "racy"}
    syscall = "linkat" if way == "descriptor" else way
    events = made(run, "security_inode_link")
    assert [what(one) for one in events] == [told("security_inode_link", syscall, args, origins=origins)]
    assert seen_process(events[0]) == told_process(run.process)


@pytest.mark.parametrize(
    ("way", "old", "flags"),
    [("link", "d/several", "0"), ("link", "e/several", "0"), ("linkat", "symbolic", "0x400")],
)
def test_link_of_one_of_several_names(  # noqa: PLR0917
    capture: Capture, truth: Build, disk: Place, way: str, old: str, flags: str
) -> None:
    """Which file it is, is exact; which of its names was meant, inner tracepoints do not tell, and mark it."""
    prepare = "mkdir d e; echo x > d/several; ln d/several e/several; ln -s d/several symbolic; ls -l d/several e/several"

    with capture.wanting("security_inode_link"):
        run = capture.run(disk.command(f"{prepare} > /dev/null", truth("link"), way, old, "c", flags))

    found = what(made(run, "security_inode_link")[0])
    assert (found["args"]["new_path"], found["args"]["inode"]) == (run.did["new_path"], run.did["inode"])
    if is_hooked("security_inode_link"):
        assert found["args"]["old_path"] == run.did["old_path"]
    assert found["args"]["old_path"] in {f"{disk.directory}/d/several", f"{disk.directory}/e/several"}
    assert found["origins"] == expected_origins("security_inode_link", {"old_path": "racy"})


@pytest.mark.parametrize(
    ("way", "path", "mode"),
    [
        ("chmod", "file", "4755"),
        ("chmod", "link", "600"),
        ("chmod", "d", "1777"),
        ("chmod", "d/.", "700"),
        ("chmod", ".", "751"),
        ("fchmod", "d/deep/file", "2711"),
        ("fchmodat", "d//deep/file", "0"),
        ("fchmodat2", "d//deep/file", "640"),
        ("descriptor", "link", "7777"),
    ],
)
def test_chmod(capture: Capture, truth: Build, place: Place, way: str, path: str, mode: str) -> None:  # noqa: PLR0917
    """The file that has the mode now, by its own path and not a link's."""
    prepare = "mkdir -p d/deep; echo x > file; echo y > d/deep/file; ln -s d/deep/file link"

    with capture.wanting("chmod_common"):
        run = capture.run(place.command(prepare, truth("chmod"), way, path, mode))

    did = run.did
    if did["result"] == -ENOSYS:
        pytest.skip(f"this kernel does not know what {way} needs")
    assert did["result"] == 0
    syscall = "fchmodat2" if way == "descriptor" else way
    args = {"pathname": shown(did["pathname"]), "mode": flag_names("mode", int(mode, 8)), "dev": did["dev"],
            "inode": did["inode"],
            "type": "S_IFDIR" if path in {"d", "d/.", "."} else "S_IFREG"}  # fmt: skip
    events = made(run, "chmod_common")
    assert [what(one) for one in events] == [told("chmod_common", syscall, args)]
    assert seen_process(events[0]) == told_process(run.process)


def test_chmod_of_a_hard_link(capture: Capture, truth: Build, place: Place) -> None:
    """The file is exact; which of its names was used may be told wrong, and is marked."""
    prepare = "mkdir d e; echo x > d/f; ln d/f e/f; ln -s e/f link; ls -l d/f e/f link > /dev/null"

    with capture.wanting("chmod_common"):
        run = capture.run(place.command(prepare, truth("chmod"), "chmod", "link", "640"))

    found = what(made(run, "chmod_common")[0])
    assert found["args"]["dev"] == run.did["dev"]
    if place.kind not in {"overlay-lower", "container"}:
        # Copied up, the link is another file for stat(2) and not for the kernel.
        assert found["args"]["inode"] == run.did["inode"]
    assert found["args"]["pathname"] == run.did["pathname"] or found["origins"] == {"pathname": "racy"}


def test_a_mounted_file_and_a_second_view(capture: Capture, truth: Build, disk: Place) -> None:
    """A file that is itself mounted has its mount point's path; of two views either is marked."""
    prepare = "mkdir d; echo 1 > d/f; echo 2 > point; mount --bind d/f point"
    sh = ["unshare", "--mount", *disk.command(prepare, truth("chmod"), "chmod", "point", "640")]
    with capture.wanting("chmod_common"):
        run = capture.run(sh)

    found = what(made(run, "chmod_common")[0])
    assert found["args"]["inode"] == run.did["inode"]
    assert found["args"]["pathname"] in {f"{disk.directory}/point", f"{disk.directory}/d/f"}
    assert found["origins"] == expected_origins("chmod_common", {"pathname": "racy"})


@pytest.mark.parametrize(
    ("source", "target", "kind", "flags", "result", "args", "origins"),
    [
        ("none", "a", "tmpfs", 0, 0, {"dev_name": "none", "type": "tmpfs"}, {}),
        ("d/deep", "a", "-", 4096, 0, {"dev_name": "d/deep", "type": None}, {"type": "user"}),
        ("d", "a", "ignored", 4096 | 16384, 0, {"dev_name": "d", "type": "ignored"}, {"type": "user"}),
        ("overlay", "a", "overlay", 0, 0, {"dev_name": "overlay", "type": "overlay"}, {}),
        ("x", "/nowhere", "tmpfs", 0, -2, {"dev_name": "x", "type": "tmpfs", "path": "/nowhere"},
         {"dev_name": "user", "type": "user", "path": "racy"}),
        ("x", "a", "nosuchfs", 1, -19, {"dev_name": "x", "type": "nosuchfs", "path": "a"},
         {"dev_name": "user", "type": "user", "path": "racy"}),
        ("-", "/", "-", 0x40000 | 16384, 0, {"dev_name": None, "type": None, "path": "/"},
         {"dev_name": "user", "type": "user", "path": "racy"}),
    ],
)  # fmt: skip
def test_mount(  # noqa: PLR0917
    capture: Capture, truth: Build, disk: Place, source: str, target: str, kind: str, flags: int, result: int,
    args: dict[str, Any], origins: dict[str, str],
) -> None:  # fmt: skip
    """A mount that was made tells source, mount point and type of the mount itself."""
    prepare = "mkdir -p a d/deep l u w"
    data = ["lowerdir=l,upperdir=u,workdir=w"] if kind == "overlay" else []

    with capture.wanting("security_sb_mount"):
        run = capture.run(disk.command(prepare, truth("mount"), source, target, kind, str(flags), *data))

    assert run.did["result"] == result
    whole = {"path": shown(run.did["path"]), "flags": flag_names("mount", flags), **args}
    if is_hooked("security_sb_mount") and result == -ENODEV:
        # The mount point had been found.
        whole["path"] = f"{disk.directory}/{target}"
    if is_hooked("security_sb_mount") and result == -ENOENT:
        # The hook was not called, and nothing else has seen the path.
        origins = {**origins, "path": "user"}
    found = made(run, "security_sb_mount")
    assert [what(one) for one in found] == [
        told("security_sb_mount", "mount", whole, return_value=result, origins=origins)
    ]
    assert seen_process(found[0]) == told_process(run.process)


@pytest.mark.parametrize(
    ("name", "flags", "result", "uname", "origins"),
    [
        (b"hello", 1, 3, "hello", {}),
        (b"", 2, 3, "", {}),
        (b"n" * 249, 0, 3, "n" * 249, {}),
        (b"\xff/\n\x1b[31m", 16, 3, "\\xff/\n\x1b[31m", {}),
        (b"refused", 0xFFFF_0000, -22, "refused", {"uname": "user"}),
        (b"n" * 250, 0, -22, "n" * 250, {"uname": "user"}),
    ],
)
def test_memfd_create(  # noqa: PLR0917
    capture: Capture, truth: Build, name: bytes, flags: int, result: int, uname: str, origins: dict[str, str]
) -> None:
    """The file's name is the kernel's, and what was asked for where there is no file."""
    with capture.wanting("memfd_create"):
        run = capture.run([truth("memfd_create"), name, str(flags)])

    if flags & MFD_EXEC and run.did["result"] == -EINVAL:
        pytest.skip("this kernel has no MFD_EXEC")
    assert run.did["result"] == result
    if result >= 0:
        assert shown(run.did["pathname"]) == f"/memfd:{uname} (deleted)"
    args = {"uname": uname, "flags": flag_names("memfd", flags)}
    assert [what(one) for one in run.events] == [
        told("memfd_create", "memfd_create", args, return_value=result, origins=origins)
    ]
    assert seen_process(run.events[0]) == told_process(run.process)
