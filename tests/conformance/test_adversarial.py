"""What an attacker chooses — names, lengths, pointers — is told as it was or marked, never misread."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.capture import Capture, Run, shown, told, what
from tests.conformance.conftest import Build
from tests.conformance.places import Place
from tests.conformance.test_file import made, opened
from tests.conformance.test_process import executed
from tracewire.catalogue import EVENTS
from tracewire.catalogue.syscall import FAMILY as SYSCALL
from tracewire.view import flag_names

pytestmark = pytest.mark.root

LONGEST = "n" * 255
UGLY = [
    b"caf\xc3\xa9",
    b"\xff\xfe\x80",
    b"line\nline",
    b"\x1b]0;owned\x07",
    b"back\\slash",
    b' "quoted"',
    b"a" * 255,
]


@pytest.fixture
def depths() -> Iterator[Path]:
    """A directory for paths that are too long for Python to remove."""
    directory = tempfile.mkdtemp(prefix="conformance-")
    yield Path(directory)
    subprocess.run(["rm", "-rf", directory], check=True, timeout=60)


def deep(truth: Build, times: int, name: str, *command: str | Path) -> list[str | Path]:
    """Run *command* so many directories below."""
    return [truth("in_depth"), str(times), name, *command]


@pytest.mark.parametrize("name", UGLY)
def test_names_that_are_not_text(capture: Capture, truth: Build, tmp_path: Path, name: bytes) -> None:
    """Any bytes of a name arrive, in every event that names files."""
    file, new, link = (os.fsencode(tmp_path) + part + name for part in (b"/", b"/d/", b"/e/"))
    for directory in ("d", "e"):
        (tmp_path / directory).mkdir()

    with capture.wanting("security_file_open"):
        run = capture.run([truth("open"), "creat", file])
    assert [what(one)["args"] for one in made(run, "security_file_open")] == [opened(run, 0o1101)]

    with capture.wanting("chmod_common"):
        run = capture.run([truth("chmod"), "chmod", file, "640"])
    args = {"pathname": shown(run.did["pathname"]), "mode": flag_names("mode", 0o640), "dev": run.did["dev"],
            "inode": run.did["inode"], "type": "S_IFREG"}  # fmt: skip
    assert [what(one) for one in made(run, "chmod_common")] == [told("chmod_common", "chmod", args)]

    with capture.wanting("security_inode_rename"):
        run = capture.run([truth("rename"), "rename", file, new])
    args = {"old_path": shown(run.did["old_path"]), "new_path": shown(run.did["new_path"])}
    assert [what(one) for one in made(run, "security_inode_rename")] == [
        told("security_inode_rename", "rename", args)
    ]

    with capture.wanting("security_inode_symlink"):
        run = capture.run([truth("symlink"), "symlink", name, link])
    args = {"linkpath": shown(run.did["linkpath"]), "target": shown(name.decode("latin-1"))}
    assert [what(one) for one in made(run, "security_inode_symlink")] == [
        told("security_inode_symlink", "symlink", args)
    ]

    with capture.wanting("security_inode_unlink"):
        run = capture.run([truth("unlink"), "unlink", new])
    args = {"pathname": shown(run.did["pathname"]), "inode": run.did["inode"], "dev": run.did["dev"],
            "ctime": run.did["ctime"]}  # fmt: skip
    assert [what(one) for one in made(run, "security_inode_unlink")] == [
        told("security_inode_unlink", "unlink", args)
    ]


@pytest.mark.parametrize("length", [4000, 4063, 4064, 4080, 4095])
def test_long_paths(capture: Capture, truth: Build, tmp_path: Path, length: int) -> None:
    """From 4,064 bytes on the kernel keeps a path in another form; all of them arrive whole."""
    (tmp_path / LONGEST).mkdir()
    # Given is `n…n/.//////…/file`: long as text, short as a path.
    path = f"{tmp_path}/{LONGEST}/."
    path += "/" * (length - len(path) - len("file")) + "file"
    (tmp_path / LONGEST / "file").write_text("x")
    assert len(path) == length

    with capture.wanting("security_file_open"):
        run = capture.run([truth("open"), "open", path])
    assert [what(one) for one in made(run, "security_file_open")] == [
        told("security_file_open", "open", opened(run, 0), return_value=run.did["result"])
    ]

    with capture.wanting("chmod_common", "security_inode_rename", "security_inode_unlink"):
        mode = capture.run([truth("chmod"), "chmod", path, "640"])
        back = path[: -len("file")] + "mine"
        move = capture.run([truth("rename"), "rename", path, back])
        remove = capture.run([truth("unlink"), "unlink", back])
    assert what(made(mode, "chmod_common")[0])["args"]["pathname"] == mode.did["pathname"]
    assert what(made(mode, "chmod_common")[0])["origins"] == {}
    args = {"old_path": move.did["old_path"], "new_path": move.did["new_path"]}
    assert [what(one) for one in made(move, "security_inode_rename")] == [
        told("security_inode_rename", "rename", args)
    ]
    assert what(made(remove, "security_inode_unlink")[0])["args"]["pathname"] == remove.did["pathname"]
    assert what(made(remove, "security_inode_unlink")[0])["origins"] == {}

    with capture.wanting("security_inode_symlink"):
        link = capture.run([truth("symlink"), "symlink", path, back])
    args = {"linkpath": link.did["linkpath"], "target": path}
    assert [what(one) for one in made(link, "security_inode_symlink")] == [
        told("security_inode_symlink", "symlink", args)
    ]


def test_a_path_of_4095_bytes_that_is_all_components(capture: Capture, truth: Build, depths: Path) -> None:
    """A resolved path as long as a path may be is not cut."""
    os.chdir(depths)
    try:
        for _ in range(14):
            Path(LONGEST).mkdir()
            os.chdir(LONGEST)
        missing = 4095 - len(str(Path.cwd())) - 1
        name = "m" * min(missing, 255)
        Path(name).write_text("x")
        whole = f"{Path.cwd()}/{name}"
        with capture.wanting("security_file_open"):
            run = capture.run([truth("open"), "openat", whole])
    finally:
        os.chdir("/")

    assert [what(one) for one in made(run, "security_file_open")] == [
        told("security_file_open", "openat", opened(run, 0), return_value=run.did["result"])
    ]


@pytest.mark.parametrize(("times", "name"), [(20, LONGEST), (3000, "d")])
def test_paths_longer_than_a_path_may_be(
    capture: Capture, truth: Build, depths: Path, times: int, name: str
) -> None:
    """Deeper than the kernel's limit, the end of the path is told and the cut is marked."""
    with capture.wanting("security_file_open"):
        run = capture.run(deep(truth, times, name, truth("open"), "creat", "file"), cwd=depths)

    found = [
        what(one) for one in made(run, "security_file_open") if one.event.args["syscall_pathname"] == "file"
    ]
    assert len(found) == 1
    assert found[0]["truncated"] == ["pathname"]
    assert found[0]["args"]["pathname"].endswith(f"/{name}/{name}/file")
    assert f"{depths}/{'/'.join([name] * times)}/file".endswith(found[0]["args"]["pathname"])
    assert (found[0]["args"]["dev"], found[0]["args"]["inode"]) == (run.did["dev"], run.did["inode"])


@pytest.mark.parametrize("times", [100, 200])
def test_changes_in_deep_directories(capture: Capture, truth: Build, depths: Path, times: int) -> None:
    """A file below many directories is found like any other."""
    with capture.wanting("security_inode_symlink"):
        run = capture.run(deep(truth, times, "d", truth("symlink"), "symlink", "to", "link"), cwd=depths)

    args = {"linkpath": run.did["linkpath"], "target": "to"}
    assert [what(one) for one in made(run, "security_inode_symlink")] == [
        told("security_inode_symlink", "symlink", args)
    ]


def test_programs_with_long_paths_leave_room_for_arguments(
    capture: Capture, truth: Build, depths: Path
) -> None:
    """Eight ancestors whose programs have the longest paths do not crowd the arguments out."""
    directory = depths
    os.chdir(directory)
    try:
        for _ in range(15):
            Path(LONGEST).mkdir()
            os.chdir(LONGEST)
        Path("p").write_bytes(truth("launch").read_bytes())
        Path("p").chmod(0o755)
        program = f"{Path.cwd()}/p"
    finally:
        os.chdir("/")
    command: list[str | Path] = []
    for _ in range(9):
        command = [*command, program, "vfork"]
    argument = "a" * 12000
    with capture.wanting("sched_process_exec", arguments=["env"]):
        run = capture.run(
            [*command, truth("image"), argument], stdin=subprocess.DEVNULL, env={"B": "b" * 12000}
        )

    one = run.events[-1]
    assert one.event.args["argv"] == [str(truth("image")), argument]
    assert one.event.args["env"] == ["B=" + "b" * 12000]
    assert one.event.truncated == []
    assert one.process.ancestors[0].exe == program
    assert [ancestor.comm for ancestor in one.process.ancestors] == ["launcher"] * 8


def test_pointers_that_lead_nowhere(capture: Capture, truth: Build) -> None:
    """Every watched call with bad pointers: it fails as ever, and no event has a value that it had not."""
    with capture.wanting(*[event.name for event in EVENTS if event.family != SYSCALL]):
        for pointer in ("0", "1", "0x7fffffffe000", "0xffff800000000000", "0xffffffffffffffff"):
            run = capture.run([truth("unmapped"), pointer])
            assert run.status == 0
            _no_invented_values(run, pointer)


def _no_invented_values(run: Run, pointer: str) -> None:
    results = run.did
    assert results["open"] == results["rename"] == results["symlink"] == -14
    given = {one.event.syscall: one for one in run.events if one.event.syscall in results}
    for name, argument in (
        ("connect", "remote_addr"),
        ("bind", "local_addr"),
        ("sendto", "remote_addr"),
        ("sendmsg", "remote_addr"),
        ("sendmmsg", "remote_addr"),
        ("memfd_create", "uname"),
    ):
        assert given[name].event.return_value == results[name] < 0
        assert given[name].event.args[argument] in {None, ""}
    assert given["mount"].event.args["dev_name"] in {None, ""}
    assert given["mount"].event.args["path"] in {None, ""}
    assert given["init_module"].event.args["uargs"] in {None, ""}
    assert given["process_vm_writev"].event.return_value == results["process_vm_writev"]
    assert {"openat2", "creat", "unlink", "rename", "symlink", "mkdir", "link", "chmod"}.isdisjoint(given)


def test_a_name_of_an_earlier_call_does_not_come_back(capture: Capture, truth: Build, tmp_path: Path) -> None:
    """A path that could not be copied is null, not what the kernel's buffer held before."""
    with capture.wanting("security_sb_mount"):
        run = capture.run([truth("mount"), "x", "/" + "n" * 5000, "tmpfs", "0"], cwd=tmp_path)

    assert run.did["result"] == -36
    found = what(made(run, "security_sb_mount")[0])
    assert found["args"]["path"] is None
    assert found["return_value"] == -36


def test_32_bit_calls_are_not_misread(capture: Capture, truth: Build) -> None:
    """A 32-bit call has other numbers; it is no event of the 64-bit call that has its number. See test_narrow.py."""
    names = [
        event.name
        for event in EVENTS
        if event.syscalls and event.family != SYSCALL and event.name != "sched_process_exec"
    ]
    # The truth program itself opens files of /proc, by 64-bit calls.
    names.remove("security_file_open")

    with capture.wanting(*names):
        run = capture.run([truth("compat")])
    assert [what(one) for one in run.events] == []

    with capture.wanting("sched_process_exit"):
        run = capture.run([truth("compat")])
    assert run.status == 7
    args = {"exit_code": 7, "signal_code": 0, "process_group_exit": True}
    assert [what(one) for one in run.events] == [told("sched_process_exit", "exit", args)]
    assert run.events[0].event.abi == "i386"


def test_a_program_beside_its_deleted_namesake(capture: Capture, truth: Build, disk: Place) -> None:
    """The event of a deleted program names the inode that runs, not the one that has its name now."""
    prepare = f"cp {truth('image')} program"

    with capture.wanting("sched_process_exec"):
        run = capture.run(
            disk.command(prepare, truth("launch"), "deleted", f"{disk.directory}/program"),
            stdin=subprocess.DEVNULL,
        )

    expected = executed(run, argv=[f"{disk.directory}/program"], prev_comm="launcher")
    assert what(run.events[-1])["args"] == expected
