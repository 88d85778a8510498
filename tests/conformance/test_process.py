"""Events of processes say what the processes themselves say."""

import os
import pty
import subprocess
from pathlib import Path
from typing import Any

import pytest

from collector.machine import examine
from tests.conformance.capture import (
    TICK_NANOSECONDS,
    Capture,
    Run,
    Seen,
    happened_lately,
    seen_process,
    shown,
    told,
    told_process,
    what,
)
from tests.conformance.conftest import Build
from tests.requirement import require
from tracewire.catalogue.constants import ENUMS
from tracewire.view import credentials, flag_names

pytestmark = pytest.mark.root

NUMBERS = {"setuid": 105, "setgid": 106, "setreuid": 113, "setregid": 114, "setresuid": 117, "setresgid": 119,
           "setfsuid": 122, "setfsgid": 123}  # fmt: skip


def only(run: Run, name: str) -> Seen:
    """The one event *name* of the process."""
    found = [one for one in run.events if one.event.name == name]
    assert len(found) == 1, f"{len(found)} events {name}"
    return found[0]


def executed(
    run: Run, *, argv: list[str], cmdpath: str | None = None, prev_comm: str, **args: Any
) -> dict[str, Any]:
    """What sched_process_exec should say of the program `image`."""
    did = run.did
    usual = {
        "cmdpath": shown(cmdpath or did["execfn"]),
        "pathname": shown(did["file"]["pathname"].removesuffix(" (deleted)")),
        "dev": did["file"]["dev"],
        "inode": did["file"]["inode"],
        "ctime": did["file"]["ctime"],
        "inode_mode": flag_names("mode", did["file"]["mode"]),
        "interpreter_pathname": did["interpreter"]["pathname"],
        "interpreter_dev": did["interpreter"]["dev"],
        "interpreter_inode": did["interpreter"]["inode"],
        "interpreter_ctime": did["interpreter"]["ctime"],
        "argv": argv,
        "interp": shown(cmdpath or did["execfn"]),
        "stdin_type": ENUMS["file_type"][did["stdin"]["type"]] if did["stdin"] else None,
        "stdin_path": did["stdin"]["pathname"] if did["stdin"] else None,
        "invoked_from_kernel": False,
        "prev_comm": prev_comm,
        "env": None,
        "pwd": shown(run.process["cwd"]),
        "tty": did["tty"].removeprefix("/dev/").replace("pts/", "pts"),
        "memfd": False,
        "upper_layer": False,
        "credentials": credentials(did["credentials"]),
    }
    return {**usual, **args}


def test_exec_says_what_the_program_finds_itself_to_be(capture: Capture, truth: Build) -> None:
    """Arguments and process of an exec equal what the new program reads about itself."""
    launch, image = truth("launch"), truth("image", static=False)

    with capture.wanting("sched_process_exec"):
        run = capture.run([launch, "plain", image, "one", "two words"], stdin=subprocess.DEVNULL)

    first, second = run.events
    assert first.event.args["cmdpath"] == str(launch)
    assert what(second) == told(
        "sched_process_exec",
        "execve",
        executed(run, argv=[str(image), "one", "two words"], prev_comm="launcher"),
    )
    assert seen_process(second) == told_process(run.process)
    assert happened_lately(second)


@pytest.mark.parametrize("way", ["thread", "vfork"])
def test_exec_from_a_thread_or_after_vfork(capture: Capture, truth: Build, way: str) -> None:
    """Whichever thread executes, the process is the one that runs the program."""
    image = truth("image")

    with capture.wanting("sched_process_exec"):
        run = capture.run([truth("launch"), way, image, "x"], stdin=subprocess.DEVNULL)

    name = {"thread": "thread", "vfork": "launcher"}[way]
    assert what(run.events[-1]) == told(
        "sched_process_exec", "execve", executed(run, argv=[str(image), "x"], prev_comm=name)
    )
    assert seen_process(run.events[-1]) == told_process(run.process)


def test_exec_of_memory(capture: Capture, truth: Build) -> None:
    """A program that exists in memory only says so."""
    with capture.wanting("sched_process_exec"):
        run = capture.run([truth("launch"), "memfd", truth("image"), "x"], stdin=subprocess.DEVNULL)

    expected = executed(
        run, argv=[str(truth("image")), "x"], prev_comm="launcher", pathname="memfd:in memory", memfd=True
    )
    assert what(run.events[-1]) == told("sched_process_exec", "execveat", expected)
    assert run.events[-1].process.exe == "memfd:in memory"


def test_exec_of_a_descriptor_whose_file_is_gone(capture: Capture, truth: Build, tmp_path: Path) -> None:
    """A deleted program is told by the path that it had."""
    program = tmp_path / "gone"
    program.write_bytes(truth("image").read_bytes())
    program.chmod(0o755)

    with capture.wanting("sched_process_exec"):
        run = capture.run([truth("launch"), "deleted", program, "x"], stdin=subprocess.DEVNULL)

    expected = executed(run, argv=[str(program), "x"], prev_comm="launcher", pathname=str(program))
    assert what(run.events[-1]) == told("sched_process_exec", "execveat", expected)
    assert run.events[-1].process.exe == str(program)


def test_exec_of_a_script(capture: Capture, truth: Build, tmp_path: Path) -> None:
    """A script's event names the interpreter as the file, and the script as the command."""
    script = tmp_path / "script"
    script.write_text(f"#!{truth('image')} -option\n")
    script.chmod(0o755)

    with capture.wanting("sched_process_exec"):
        run = capture.run([truth("launch"), "plain", script, "x"], stdin=subprocess.DEVNULL)

    expected = executed(
        run, argv=[str(truth("image")), "-option", str(script), "x"], prev_comm="launcher",
        cmdpath=str(script), interp=str(truth("image")),
    )  # fmt: skip
    assert what(run.events[-1]) == told("sched_process_exec", "execve", expected)


def test_exec_without_arguments_and_without_stdin(capture: Capture, truth: Build) -> None:
    """The kernel makes an empty argv one empty string; a closed stdin is null."""
    with capture.wanting("sched_process_exec"):
        empty = capture.run([truth("launch"), "no-arguments", truth("image")], stdin=subprocess.DEVNULL)
        closed = capture.run([truth("launch"), "no-descriptors", truth("image")])

    assert what(empty.events[-1])["args"] == executed(empty, argv=[""], prev_comm="launcher")
    assert closed.events[-1].event.args == executed(closed, argv=[str(truth("image"))], prev_comm="launcher")


def test_exec_with_a_terminal(capture: Capture, truth: Build, tmp_path: Path) -> None:
    """The controlling terminal is named, and stdin is it."""
    output = tmp_path / "output"
    leader, follower = pty.openpty()
    # setsid takes the terminal that is its stdin (-c).
    command = ["setsid", "-c", "sh", "-c", f"exec {truth('image')} > {output}"]
    try:
        with capture.wanting("sched_process_exec"):
            run = capture.run(command, stdin=follower, output=output)
    finally:
        os.close(leader)
        os.close(follower)

    assert run.did["tty"] == "/dev/tty" or run.did["tty"].startswith("/dev/pts/")
    assert run.events[-1].event.args["tty"] == Path(run.did["stdin"]["pathname"]).as_posix().replace(
        "/dev/pts/", "pts"
    )
    assert run.events[-1].event.args["stdin_type"] == "S_IFCHR"
    assert run.events[-1].event.args["stdin_path"] == run.did["stdin"]["pathname"]


def test_environment_on_request(capture: Capture, truth: Build) -> None:
    """The environment is sent when somebody asks for it."""
    environment = {"A": "1", "EMPTY": "", "LD_PRELOAD": "/tmp/\n\x1b[31m.so"}

    with capture.wanting("sched_process_exec", arguments=["env"]):
        run = capture.run([truth("image")], stdin=subprocess.DEVNULL, env=environment)

    assert run.events[-1].event.args["env"] == [shown(one) for one in run.did["env"]]
    assert run.events[-1].event.args["env"] == [f"{name}={value}" for name, value in environment.items()]


def test_arguments_that_are_not_text(capture: Capture, truth: Build) -> None:
    """Bytes that are no UTF-8, newlines and escapes arrive as they were given."""
    given = [b"\xff\xfe", b"line\nline", b"\x1b]0;title\x07", "Grüße".encode(), b""]

    with capture.wanting("sched_process_exec"):
        run = capture.run([truth("image"), *given], stdin=subprocess.DEVNULL)

    assert run.events[-1].event.args["argv"][1:] == [
        "\\xff\\xfe", "line\nline", "\x1b]0;title\x07", "Grüße", "",
    ]  # fmt: skip
    assert seen_process(run.events[-1]) == told_process(run.process)


def test_a_thousand_arguments(capture: Capture, truth: Build) -> None:
    """A thousand short arguments arrive whole; the process's own copy ends at 1 KiB."""
    given = [str(number) for number in range(1000)]

    with capture.wanting("sched_process_exec"):
        run = capture.run([truth("image"), *given], stdin=subprocess.DEVNULL)

    one = run.events[-1]
    assert one.event.args["argv"] == [str(truth("image")), *given]
    assert one.event.truncated == []
    assert run.process["argv"].encode("latin-1").startswith(one.raw.image.argv)
    assert len(one.raw.image.argv or b"") == 1024


def test_arguments_that_are_too_long(capture: Capture, truth: Build) -> None:
    """More than 12 KiB of arguments are cut there, and said to be."""
    given = ["a" * 5000, "b" * 5000, "c" * 5000]

    with capture.wanting("sched_process_exec"):
        run = capture.run([truth("image"), *given], stdin=subprocess.DEVNULL)

    one = run.events[-1]
    told_block = run.process["argv"].encode("latin-1")[: 12 * 1024]
    assert "\0".join(one.event.args["argv"]).encode() == told_block
    assert one.event.truncated == ["argv"]
    assert one.event.args["pwd"] == run.process["cwd"]


def test_a_process_that_is_gone_at_once(capture: Capture, truth: Build) -> None:
    """A program that has ended before anyone looks is told whole."""
    with capture.wanting("sched_process_exec", "sched_process_exit"):
        run = capture.run(["/bin/true"], stdin=subprocess.DEVNULL)

    assert [one.event.name for one in run.events] == ["sched_process_exec", "sched_process_exit"]
    assert [one.process.argv for one in run.events] == [["/bin/true"]] * 2
    assert {one.process.exe for one in run.events} == {os.path.realpath("/bin/true")}
    assert run.events[0].process.ancestors[0].pid == os.getpid()


def test_another_user(capture: Capture, truth: Build) -> None:
    """User, group and credentials are those that the program was started with."""
    with capture.wanting("sched_process_exec"):
        run = capture.run(
            [truth("image")],
            stdin=subprocess.DEVNULL,
            user=1234,
            group=3_000_000_000,
            extra_groups=[],
            cwd="/",
        )

    one = run.events[-1]
    assert (one.process.uid, one.process.gid) == (1234, 3_000_000_000)
    assert one.event.args["credentials"] == credentials(run.did["credentials"])
    assert seen_process(one) == told_process(run.process)


def test_inside_a_pid_namespace(capture: Capture, truth: Build) -> None:
    """Pids are the host's and, beside them, those that the process itself sees."""
    command: list[str | Path] = ["unshare", "--pid", "--fork", truth("launch"), "plain", truth("image")]

    with capture.wanting("sched_process_exec"):
        run = capture.run(command, stdin=subprocess.DEVNULL)

    one = run.events[-1]
    assert (one.process.ns_pid, one.process.ns_tid) == (1, 1)
    assert one.process.pid == run.process["pid"] != 1
    assert seen_process(one) == told_process(run.process)


def test_inside_a_cgroup(capture: Capture, truth: Build) -> None:
    """The cgroup's id, and the innermost name that can be a container's."""
    name = f"docker-{os.getpid():064x}.scope"
    root = examine().cgroup
    require(root, "needs cgroup v2 mounted")
    assert root is not None
    outer = Path(root, name)
    inner = outer / "init.scope"
    inner.mkdir(parents=True)
    try:
        command = ["sh", "-c", f'echo $$ > {inner}/cgroup.procs; exec "$@"', "sh", truth("image")]
        with capture.wanting("sched_process_exec"):
            run = capture.run(command, stdin=subprocess.DEVNULL)
        number = inner.stat().st_ino
    finally:
        inner.rmdir()
        outer.rmdir()

    one = run.events[-1]
    assert run.process["cgroup"] == f"/{name}/init.scope"
    assert one.raw.image.cgroup == name.encode()
    assert one.process.cgroup_id == number


def test_ancestors_end_at_eight(capture: Capture, truth: Build) -> None:
    """Of ten shells one in the other the nearest eight ancestors are told, in order."""
    nested: list[str | Path] = [
        "sh",
        "-c",
        'n=$1; shift; if [ $n -gt 0 ]; then sh -c "$0" "$0" $((n-1)) "$1"; else "$1"; fi; :',
    ]
    with capture.wanting("sched_process_exec"):
        run = capture.run([*nested, nested[2], "9", truth("image")], stdin=subprocess.DEVNULL)

    one = run.events[-1]
    assert len(one.process.ancestors) == 8
    assert seen_process(one) == told_process(run.process)


@pytest.mark.parametrize("kind", ["process", "thread"])
@pytest.mark.parametrize("where", [[], ["from-thread"]])
def test_fork(capture: Capture, truth: Build, kind: str, where: list[str]) -> None:
    """Every number of a fork, of processes and threads, is the one in /proc."""
    with capture.wanting("sched_process_fork"):
        run = capture.run([truth("fork"), kind, *where])

    did, pid = run.did, run.process["pid"]
    found = [one for one in run.events if one.event.args["child_tid"] == did["child_tid"]]
    assert len(found) == 1
    args = dict(found[0].event.args)
    starts = {name: args.pop(name) // TICK_NANOSECONDS for name in
              ("parent_start_time", "start_time", "parent_process_start_time", "leader_start_time")}  # fmt: skip
    if where:
        del starts["parent_start_time"]  # that thread has ended when the program looks
    else:
        assert starts.pop("parent_start_time") == did["parent_start"]
    assert starts == {
        "start_time": did["child_start"],
        "parent_process_start_time": run.process["start_ticks"],
        "leader_start_time": did["leader_start"],
    }
    assert args == {
        "parent_tid": did["parent_tid"], "parent_ns_tid": did["parent_tid"], "parent_pid": pid, "parent_ns_pid": pid,
        "child_tid": did["child_tid"], "child_ns_tid": did["child_tid"],
        "child_pid": did["child_pid"], "child_ns_pid": did["child_pid"],
        "parent_process_tid": pid, "parent_process_ns_tid": pid, "parent_process_pid": pid,
        "parent_process_ns_pid": pid,
        "leader_tid": did["child_pid"], "leader_ns_tid": did["child_pid"],
        "leader_pid": did["child_pid"], "leader_ns_pid": did["child_pid"],
    }  # fmt: skip
    assert found[0].process.tid == did["parent_tid"]


def test_fork_into_a_pid_namespace(capture: Capture, truth: Build) -> None:
    """The child's numbers inside are those of its own namespace."""
    with capture.wanting("sched_process_fork"):
        run = capture.run(["unshare", "--pid", "--fork", truth("image")], stdin=subprocess.DEVNULL)

    fork = next(one for one in run.everything if one.event.args["child_pid"] == run.process["pid"])
    assert (fork.event.args["child_ns_pid"], fork.event.args["child_ns_tid"]) == (1, 1)
    assert fork.event.args["parent_ns_pid"] == fork.event.args["parent_pid"] == fork.process.pid


@pytest.mark.parametrize(
    ("how", "args", "syscall"),
    [
        (["code", "7"], {"exit_code": 7, "signal_code": 0}, "exit_group"),
        (["code", "0"], {"exit_code": 0, "signal_code": 0}, "exit_group"),
        (["signal", "15"], {"exit_code": 0, "signal_code": "SIGTERM"}, "tgkill"),
        (["signal", "9"], {"exit_code": 0, "signal_code": "SIGKILL"}, "tgkill"),
        (["fault"], {"exit_code": 0, "signal_code": "SIGSEGV"}, None),
    ],
)
def test_exit(
    capture: Capture, truth: Build, how: list[str], args: dict[str, Any], syscall: str | None
) -> None:
    """A process that ends says with what."""
    with capture.wanting("sched_process_exit"):
        run = capture.run([truth("exit"), *how])

    assert [what(one) for one in run.events] == [
        told("sched_process_exit", syscall, {**args, "process_group_exit": True})
    ]
    assert seen_process(run.events[0]) | {"mount_namespace": None, "cwd": None} == told_process(run.process) | {
        "mount_namespace": None, "cwd": None,
    }  # fmt: skip


def test_exit_of_a_thread(capture: Capture, truth: Build) -> None:
    """Only the last thread of a process ends the group."""
    with capture.wanting("sched_process_exit"):
        run = capture.run([truth("exit"), "thread"])

    thread, leader = sorted(run.events, key=lambda one: one.process.tid == run.process["pid"])
    assert thread.process.tid != leader.process.tid == run.process["pid"]
    assert (thread.event.args["exit_code"], leader.event.args["exit_code"]) == (0, 3)
    # Or the event of the thread says that it does not know.
    unknown = thread.event.origins == {"process_group_exit": "racy"}
    assert thread.event.args["process_group_exit"] is unknown
    assert leader.event.args["process_group_exit"] is True


@pytest.mark.parametrize(
    ("name", "number", "given", "args", "result"),
    [
        ("ptrace", 101, [16, 4194303, 0x10, 0x20],
         {"request": "PTRACE_ATTACH", "pid": 4194303, "addr": "0x10", "data": "0x20"}, -3),
        ("ptrace", 101, [0x4206, 0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0],
         {"request": "PTRACE_SEIZE", "pid": -1, "addr": "0xffffffffffffffff", "data": "0x0"}, -3),
        ("ptrace", 101, [99, 4194303, 0, 0], {"request": 99, "pid": 4194303, "addr": "0x0", "data": "0x0"}, -3),
        ("process_vm_writev", 311, [4194303, 0x1000, 1, 0x2000, 1, 0],
         {"pid": 4194303, "local_iov": "0x1000", "liovcnt": 1, "remote_iov": "0x2000", "riovcnt": 1, "flags": 0}, -14),
        ("process_vm_writev", 311, [1, 0, 0, 0, 0, 5],
         {"pid": 1, "local_iov": "0x0", "liovcnt": 0, "remote_iov": "0x0", "riovcnt": 0, "flags": 5}, -22),
        ("setuid", 105, [3_000_000_000], {"uid": 3_000_000_000}, 0),
        ("setuid", 105, [0xFFFF_FFFF], {"uid": -1}, -22),
        ("setgid", 106, [77], {"gid": 77}, 0),
        ("setreuid", 113, [0xFFFF_FFFF, 55], {"ruid": -1, "euid": 55}, 0),
        ("setregid", 114, [44, 0xFFFF_FFFF], {"rgid": 44, "egid": -1}, 0),
        ("setresuid", 117, [1, 2, 3], {"ruid": 1, "euid": 2, "suid": 3}, 0),
        ("setresgid", 119, [4, 5, 0xFFFF_FFFF], {"rgid": 4, "egid": 5, "sgid": -1}, 0),
        ("setfsuid", 122, [9], {"fsuid": 9}, 0),
        ("setfsgid", 123, [8], {"fsgid": 8}, 0),
        ("unshare", 272, [0x2000_0000 | 0x0400_0000], {"flags": ["CLONE_NEWUTS", "CLONE_NEWPID"]}, 0),
        ("unshare", 272, [0x1], {"flags": ["0x1"]}, -22),
        ("setns", 308, [0xFFFF_FFFF, 0x4000_0000], {"fd": -1, "nstype": ["CLONE_NEWNET"]}, -9),
    ],
)  # fmt: skip
def test_events_that_are_all_registers(  # noqa: PLR0917
    capture: Capture,
    truth: Build,
    name: str,
    number: int,
    given: list[int],
    args: dict[str, Any],
    result: int,
) -> None:
    """The registers of the call and what it returned, refused or not."""
    with capture.wanting(name):
        run = capture.run([truth("registers"), str(number), *map(str, given)])

    assert run.did["result"] == result
    assert [what(one) for one in run.events] == [told(name, name, args, return_value=result)]


def test_setns_into_a_namespace(capture: Capture, truth: Build) -> None:
    """The descriptor and the type, and a process that is where it was at exit of the call."""
    with capture.wanting("setns"):
        run = capture.run([truth("registers"), "308", "=/proc/self/ns/mnt", str(0x0002_0000)])

    args = {"fd": run.did["registers"][0], "nstype": ["CLONE_NEWNS"]}
    assert [what(one) for one in run.events] == [told("setns", "setns", args)]
    assert seen_process(run.events[0]) == told_process(run.process)


@pytest.mark.parametrize(
    ("way", "syscall"),
    [("setuid", "setuid"), ("setresgid", "setresgid"), ("setfsuid", "setfsuid"), ("capset", "capset"),
     ("prctl", "prctl"), ("unshare", "unshare")],
)  # fmt: skip
def test_changed_credentials(capture: Capture, truth: Build, way: str, syscall: str) -> None:
    """Old and new credentials are what /proc showed before and after."""
    with capture.wanting("commit_creds"):
        run = capture.run([truth("commit_creds"), way])

    creds = run.did["creds"]
    if way == "unshare":
        creds["new"][:8] = creds["old"][:8]  # the new namespace has no names for them
    args = {"old_cred": credentials(creds["old"]), "new_cred": credentials(creds["new"])}
    found = [what(one) for one in run.events if one.event.syscall == syscall]
    assert args["old_cred"] != args["new_cred"]
    assert found == [told("commit_creds", syscall, args, return_value=run.did["result"])]


def test_unchanged_credentials(capture: Capture, truth: Build) -> None:
    """A call that leaves the credentials as they were is silent."""
    with capture.wanting("commit_creds"):
        run = capture.run([truth("commit_creds"), "nothing"])

    assert run.did["creds"]["old"] == run.did["creds"]["new"]
    assert [what(one) for one in run.events] == []


@pytest.mark.parametrize("way", ["plain", "descriptor"])
def test_credentials_of_a_setuid_program(capture: Capture, truth: Build, public: Path, way: str) -> None:
    """A setuid program changes credentials by being executed, by either system call."""
    program = public / "raised"
    program.write_bytes(truth("commit_creds").read_bytes())
    program.chmod(0o4755)

    with capture.wanting("commit_creds"):
        run = capture.run([truth("launch"), way, program, "nothing"], user=1234, group=1234, extra_groups=[])

    syscall = {"plain": "execve", "descriptor": "execveat"}[way]
    found = [what(one) for one in run.events if one.event.syscall == syscall]
    assert len(found) == 1
    old, new = found[0]["args"]["old_cred"], found[0]["args"]["new_cred"]
    assert (old["uid"], old["euid"], old["suid"], old["fsuid"]) == (1234, 1234, 1234, 1234)
    assert new == credentials(run.did["creds"]["old"])
    assert (new["uid"], new["euid"], new["suid"], new["fsuid"]) == (1234, 0, 0, 0)


@pytest.mark.parametrize("kind", ["anonymous", "file"])
@pytest.mark.parametrize(
    ("way", "alert", "before", "after"),
    [
        ("mapped", 1, [], ["PROT_READ", "PROT_WRITE", "PROT_EXEC"]),
        ("written", 4, ["PROT_READ", "PROT_WRITE"], ["PROT_READ", "PROT_EXEC"]),
        ("executable", 2, ["PROT_READ"], ["PROT_READ", "PROT_EXEC"]),
        ("writable-too", 3, ["PROT_READ", "PROT_EXEC"], ["PROT_READ", "PROT_WRITE", "PROT_EXEC"]),
    ],
)
def test_memory_made_executable(  # noqa: PLR0917
    capture: Capture,
    truth: Build,
    tmp_path: Path,
    kind: str,
    way: str,
    alert: int,
    before: list[str],
    after: list[str],
) -> None:
    """Each alert names the memory, its protection and what is mapped there."""
    mapped = tmp_path / "mapped"
    mapped.write_bytes(bytes(8192))

    with capture.wanting("mem_prot_alert"):
        run = capture.run([truth("mem_prot_alert"), way, mapped if kind == "file" else "anonymous"])

    did = run.did
    args = {
        "alert": ENUMS["mem_prot_alert"][alert], "addr": hex(did["addr"]), "len": 8192, "prot": after,
        "prev_prot": before, "pathname": did["pathname"], "dev": did["dev"], "inode": did["inode"],
        "ctime": did["ctime"],
    }  # fmt: skip
    syscall, result = ("mmap", did["addr"]) if way == "mapped" else ("mprotect", 0)
    assert [what(one) for one in run.events] == [told("mem_prot_alert", syscall, args, return_value=result)]
