"""`tracewire up`: real NATS, OPA, engine and collector on the real kernel."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine import rego
from tests.tracewire.conftest import Running

pytestmark = [pytest.mark.root, pytest.mark.opa, pytest.mark.nats, pytest.mark.timeout(240)]
ROOT = Path(__file__).parents[2]
_READY_SECONDS = 90.0
_AS_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
_DEED = "import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0)"


def programs() -> set[int]:
    """The ids of all BPF programs that the kernel has."""
    listed = subprocess.run(["bpftool", "--json", "prog", "list"], capture_output=True, check=True)
    return {each["id"] for each in json.loads(listed.stdout)}


def programs_of(pid: int) -> set[int]:
    """The ids of the BPF programs that process *pid* holds, itself or through its links."""
    held = "".join(path.read_text() for path in Path(f"/proc/{pid}/fdinfo").iterdir())
    return set(map(int, re.findall(r"^prog_id:\s+(\d+)", held, re.MULTILINE)))


def children(pid: int) -> dict[str, int]:
    """The children of process *pid*, by what they are."""
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            command = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            name = os.fsdecode(command[0]).rpartition("/")[2]
            found[os.fsdecode(command[2]) if name.startswith("python") else name] = child
    return found


def running(pid: int) -> bool:
    """Whether the process has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(condition: Callable[[], object], what: str, seconds: float = 30.0) -> None:
    """Wait until *condition* holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds:g} s: {what}")
        time.sleep(0.05)


def ready(up: Running) -> Running:
    """*up*, once it says that it is ready."""
    up.line(containing="ready after", stream="err", seconds=_READY_SECONDS)
    return up


def test_from_start_to_a_finding_to_the_end(start: Callable, run: Callable, free_port: int) -> None:
    """It says what it does, shows what is found, and SIGINT leaves neither process nor program behind."""
    up = ready(start("up", "--nats-port", str(free_port), "--json"))
    url = f"nats://127.0.0.1:{free_port}"
    parts = children(up.process.pid)
    ours = programs_of(parts["collector"])
    assert ours
    assert ours <= programs()
    said = "".join(up.said)
    for step in (
        "NATS ready",
        "OPA ready",
        r"signatures loaded: \d+",
        r"probes attached: (\d+) of \1 events",
    ):
        assert re.search(step, said), said
    assert set(parts) == {"nats-server", "opa", "engine", "collector", "collector.inventory"}

    status = json.loads(run("status", "--json", "--nats", url).stdout)
    assert (status["ready"], status["problems"]) == (True, [])
    assert status["collector"]["pid"] == parts["collector"]
    assert status["engine"]["pid"] == parts["engine"]

    deed = subprocess.Popen([sys.executable, "-c", _DEED])
    deed.wait()
    while (found := json.loads(up.line()))["process"]["pid"] != deed.pid:
        pass
    assert found["signature"]["name"] == "anti_debugging"
    assert (
        found["data"] == {"request": "PTRACE_TRACEME"}
        or found["event"]["args"]["request"] == "PTRACE_TRACEME"
    )

    assert up.end(signal.SIGINT, seconds=40) == 0
    assert [pid for pid in parts.values() if running(pid)] == []
    until(lambda: not ours & programs(), "every BPF program of ours is gone")


def test_the_table_is_shown_and_sigterm_ends_it_well(start: Callable, free_port: int) -> None:
    up = ready(start("up", "--nats-port", str(free_port), TZ="UTC"))
    subprocess.run([sys.executable, "-c", _DEED], check=True)

    row = up.line(containing="PTRACE_TRACEME")
    assert re.match(r"\d\d:\d\d:\d\d  low {5}  ", row), row
    assert up.end(signal.SIGTERM, seconds=40) == 0


def test_only_the_collector_has_rights(start: Callable, free_port: int) -> None:
    """The others have no capability and cannot get one."""
    up = ready(start("up", "--nats-port", str(free_port)))

    def rights(pid: int) -> tuple[str, str, str]:
        status = Path(f"/proc/{pid}/status").read_text()
        return tuple(
            re.search(rf"^{key}:\s+(\S+)", status, re.MULTILINE)[1]
            for key in ("CapEff", "CapBnd", "NoNewPrivs")
        )

    found = {name: rights(pid) for name, pid in children(up.process.pid).items()}
    none = ("0" * 16, "0" * 16, "1")
    assert {name: rights for name, rights in found.items() if name != "collector"} == {
        "nats-server": none,
        "opa": none,
        "engine": none,
        "collector.inventory": none,
    }


def test_bundles_are_signed_where_there_is_a_key(start: Callable, free_port: int, tmp_path: Path) -> None:
    """A key that only root may read is enough, and OPA takes nothing that another one has signed."""
    key, public, other = tmp_path / "key", tmp_path / "key.pub", tmp_path / "other.pub"
    for path, known in ((key, public), (tmp_path / "unused", other)):
        for arguments in (["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path],
                          ["ec", "-in", path, "-pubout", "-out", known]):  # fmt: skip
            subprocess.run(["openssl", *arguments], check=True, capture_output=True)
    key.chmod(0o600)
    signatures = tmp_path / "signatures"
    signatures.mkdir()
    (signatures / "traceme.rego").write_text(rego.TRACEME)
    signed = {
        "TRACEWIRE_ENGINE_BUNDLE_SIGNING_KEY": str(key),
        "TRACEWIRE_ENGINE_BUNDLE_SIGNING_ALGORITHM": "ES256",
    }
    arguments = ("up", "--nats-port", str(free_port), "--signatures", str(signatures))
    up = ready(start(*arguments, TRACEWIRE_ENGINE_BUNDLE_VERIFICATION_KEY=str(public), **signed))
    assert up.end(signal.SIGINT, seconds=40) == 0

    up = start(*arguments, TRACEWIRE_ENGINE_BUNDLE_VERIFICATION_KEY=str(other), **signed)
    up.line(containing="failed to verify", stream="err", seconds=_READY_SECONDS)
    assert up.end(signal.SIGINT, seconds=40) == 0


def test_what_runs_finds_the_triggers_of_new_signatures(
    start: Callable, run: Callable, free_port: int, tmp_path: Path
) -> None:
    """`signatures test --live` runs trigger and twin, and names a twin that is found."""
    mine = tmp_path / "mine"
    for name, event in (("try_file", "security_file_open"), ("try_exec", "sched_process_exec")):
        assert run("signatures", "new", name, str(mine), "--event", event).returncode == 0
    up = ready(start("up", "--nats-port", str(free_port), "--signatures", str(mine)))
    live = ("signatures", "test", "--live", str(mine), "--nats", f"nats://127.0.0.1:{free_port}")

    done = run(*live)
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (
        0,
        ["live: 2 signatures found their trigger and not its twin, 0 not"],
    )

    deeds = mine / "attacks" / "try_file"
    (deeds / "twin.py").write_text((deeds / "trigger.py").read_text())
    done = run(*live)
    assert done.returncode == 1
    assert f"{deeds / 'twin.py'} was found, and should be silent" in done.stdout + done.stderr
    assert up.end(signal.SIGINT, seconds=40) == 0


def test_a_part_that_is_killed_is_started_again(start: Callable, run: Callable, free_port: int) -> None:
    """Each in turn, and afterwards findings come as before."""
    up = ready(start("up", "--nats-port", str(free_port), "--json"))
    for name, process in children(up.process.pid).items():
        os.kill(process, signal.SIGKILL)
        part = name.removesuffix("-server").removeprefix("collector.")
        up.line(containing=f"{part} was ended by SIGKILL; starting it again in 0.5 s", stream="err")
        until(
            lambda name=name, process=process: children(up.process.pid).get(name, process) != process,
            f"{name} runs",
        )
    assert run("status", "--wait", "60", "--nats", f"nats://127.0.0.1:{free_port}").returncode == 0

    deed = subprocess.Popen([sys.executable, "-c", _DEED])
    deed.wait()
    while json.loads(up.line())["process"]["pid"] != deed.pid:
        pass
    assert up.end(signal.SIGINT, seconds=40) == 0


def test_killed_itself_it_leaves_nothing(start: Callable, free_port: int) -> None:
    """SIGKILL gives it no chance to stop its children: the kernel does."""
    up = ready(start("up", "--nats-port", str(free_port)))
    parts = children(up.process.pid)
    ours = programs_of(parts["collector"])
    up.end(signal.SIGKILL)

    until(lambda: not any(map(running, parts.values())), "every child has ended")
    until(lambda: not ours & programs(), "every BPF program of ours is gone")


def test_a_part_that_keeps_dying_ends_it_with_its_last_lines(
    start: Callable, tmp_path: Path, free_port: int
) -> None:
    """An OPA that refuses to run, here: exit code 3, what it said, and nothing left."""
    broken = tmp_path / "broken-opa"
    broken.write_text("#!/bin/sh\necho 'this is not the OPA you are looking for'\nexit 7\n")
    broken.chmod(0o755)
    for folder in (tmp_path, *list(tmp_path.parents)[:1]):
        folder.chmod(0o755)
    up = start("up", "--nats-port", str(free_port), TRACEWIRE_ENGINE_OPA_PROGRAM=str(broken))
    # The engine needs OPA to check signatures, and may give up first; either way it ends.
    up.line(containing="NATS ready", stream="err", seconds=_READY_SECONDS)
    parts = children(up.process.pid)

    assert up.end(seconds=90) == 3
    said = "".join(up.said)
    assert re.search(r"(opa|engine) ended with exit code \d again and again\. It said last:", said), said
    assert "all of its output is in" in said
    assert [pid for pid in parts.values() if running(pid)] == []


def test_a_taken_port_is_said_before_anything_starts(run: Callable, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("up", "--nats-port", str(port), TRACEWIRE_STATE=str(tmp_path / "state"))

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        f"tracewire: Port {port} on 127.0.0.1 is taken, and NATS needs it.\n"
        "           Stop what listens there (another `tracewire up`?), or choose another with --nats-port.\n"
    )
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_make_up_ends_as_its_command_does(start: Callable, free_port: int, number: int) -> None:
    """Exit code 0, and nothing left, although make by itself would die of the signal."""
    up = ready(start(f"ARGS=--nats-port {free_port}", program=("make", "-C", str(ROOT), "up")))
    (command,) = children(up.process.pid).values()
    parts = children(command)

    assert up.end(number, seconds=40) == 0
    assert [pid for pid in (command, *parts.values()) if running(pid)] == []


def test_two_cannot_share_a_state_directory(
    start: Callable, run: Callable, tmp_path: Path, free_port: int
) -> None:
    first = start("up", "--nats-port", str(free_port))
    first.line(containing="NATS ready", stream="err", seconds=_READY_SECONDS)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        other = probe.getsockname()[1]

    done = run("up", "--nats-port", str(other), TRACEWIRE_STATE=str(tmp_path / "state"))

    assert done.returncode == 3
    assert done.stderr.startswith(
        f"tracewire: Another `tracewire up` uses the state directory {tmp_path / 'state'}.\n"
    )
    # Interrupted in the middle of its start.
    assert first.end(signal.SIGINT, seconds=40) == 0


def test_without_root_it_says_so(tmp_path: Path, free_port: int) -> None:
    """Exit code 4: this user, on this machine, cannot."""
    code = f"from tracewire.command import main; raise SystemExit(main(['up', '--nats-port', '{free_port}']))"
    done = subprocess.run(
        [*_AS_NOBODY, "/usr/bin/python3", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={
            "PYTHONPATH": f"{ROOT}:{next(path for path in sys.path if path.endswith('site-packages'))}",
            "PATH": os.environ["PATH"],
        },
    )

    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (
        "tracewire: Loading eBPF programs needs root.\n"
        "           Run it as root: sudo tracewire up, or sudo make up.\n"
    )


@pytest.mark.parametrize("options", [["--signatures", "/nonexistent"]])
def test_a_directory_that_is_not_there_is_wrong_usage(run: Callable, options: list[str]) -> None:
    done = run("up", *options)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("tracewire: There is no directory of signatures '/nonexistent'.\n")
