"""Hosts that are not like others: what works, works; what cannot is said."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from collector import machine
from collector.errors import MachineError
from tests.serving import ROOT
from tracewire.catalogue import EVENTS

pytestmark = [pytest.mark.root, pytest.mark.usefixtures("can_collect")]

BUILT = ROOT / "build" / "bpf"


def doctor(*around: str, objects: Path = BUILT) -> "subprocess.CompletedProcess[str]":
    """`collector doctor --json`, run by the command *around* it."""
    command = [*around, sys.executable, "-m", "collector", "doctor", "--json"]
    environment = {**os.environ, "TRACEWIRE_OBJECTS": str(objects)}
    return subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240
    )


def rungs(report: dict[str, Any]) -> dict[str, str | None]:
    return {event["name"]: event["rung"] for event in report["events"]}


@pytest.fixture(scope="module")
def usual() -> dict[str, str | None]:
    """The rung of each event on this host as it is."""
    return rungs(json.loads(doctor().stdout))


def test_in_a_pid_namespace_the_collector_knows_itself_by_the_hosts_id(usual: dict[str, str | None]) -> None:
    """Its own id there is another process's outside, which would go unseen."""
    script = (
        "from collector.objects import folder, host_tgid;"
        "print(host_tgid(folder() / 'own.bpf.o'), flush=True); input()"
    )
    command = ["unshare", "--pid", "--fork", "--mount-proc", sys.executable, "-c", script]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        told = int(child.stdout.readline())
        status = Path(f"/proc/{told}/status").read_text(encoding="ascii")
        child.communicate("\n", timeout=60)
    inside = doctor("unshare", "--pid", "--fork", "--mount-proc")

    assert f"NSpid:\t{told}\t1\n" in status
    report = json.loads(inside.stdout)
    assert (report["machine"]["namespaces"], rungs(report)) == (["pid"], usual)


def test_in_a_user_namespace_it_is_refused() -> None:
    """All capabilities are there, and none of them counts for BPF."""
    done = doctor("unshare", "--user", "--map-root-user")

    assert done.returncode == 4
    assert done.stderr.splitlines() == [
        "collector: this process is in a user namespace of its own, whose capabilities do not count for BPF.",
        "Run it in the host's: as root, and of a container with --userns=host.",
    ]


def test_without_cgroup_v2_only_programs_of_cgroups_fall(usual: dict[str, str | None]) -> None:
    """Addresses are seen at the end of the call; the rest stands where it stood."""
    without = 'for place in $(findmnt -rnt cgroup2 -o TARGET); do umount -l $place; done; exec "$@"'
    report = json.loads(doctor("unshare", "--mount", "sh", "-c", without, "sh").stdout)

    fallen = {name: rung for name, rung in rungs(report).items() if rung != usual[name]}
    refused = {
        event["name"]: event["refused"]["inner"] for event in report["events"] if event["name"] in fallen
    }
    assert report["machine"]["cgroup"] is None
    inner = {event.name: rung.programs for event in EVENTS for rung in event.rungs if rung.name == "inner"}
    of_cgroups = {name for name, programs in inner.items() if any("cgroup_" in each for each in programs)}
    assert {"security_socket_connect", "security_socket_bind"} <= of_cgroups
    assert fallen == dict.fromkeys((name for name in of_cgroups if usual[name] == "inner"), "sys_exit")
    programs = {name: why.split(":")[0] for name, why in refused.items()}
    assert all(program.startswith("cgroup_") for program in programs.values())
    assert all(program in inner[name] for name, program in programs.items())


def _without(tracepoint: str, folder: Path, *names: str) -> Path:
    """Objects of which *names* look for *tracepoint* by another name: as if this kernel had lost it."""
    sources, objects = folder / "bpf", folder / "objects"
    shutil.copytree(ROOT / "bpf", sources)
    shutil.copytree(BUILT, objects)
    for file in sources.iterdir():
        text = file.read_text(encoding="utf-8")
        text = text.replace(f'"tp_btf/{tracepoint}"', '"tp_btf/is_gone"')
        file.write_text(re.sub(rf"(TRACEPOINT\(\w+), {tracepoint},", r"\1, is_gone,", text), encoding="utf-8")
    for name in names:
        flags = ("-target", "bpf", "-O2", "-g", "-mcpu=v3", "-D__TARGET_ARCH_x86", f"-I{BUILT}")
        command = ["clang", *flags, "-c", sources / f"{name}.bpf.c", "-o", objects / f"{name}.bpf.o"]
        subprocess.run(command, check=True, timeout=120)
    return objects


def test_a_tracepoint_that_is_gone_costs_the_events_that_need_it(
    tmp_path: Path, usual: dict[str, str | None]
) -> None:
    """They have no rung, and the reason names it; all others stand where they stood."""
    objects = _without("cgroup_mkdir", tmp_path, "container")
    report = json.loads(doctor(objects=objects).stdout)

    assert rungs(report) == usual | {"cgroup_mkdir": None}
    (event,) = (event for event in report["events"] if event["name"] == "cgroup_mkdir")
    assert event["refused"] == {"tracepoint": "cgroup_mkdir: this kernel has no tracepoint is_gone"}


def test_without_tracepoints_of_system_calls_the_others_are_left(
    tmp_path: Path, usual: dict[str, str | None]
) -> None:
    """Such a kernel (no HAVE_SYSCALL_TRACEPOINTS) shows processes and cgroups, and that is said."""
    done = doctor(objects=_without("sys_exit", tmp_path, "core", "syscall"))
    report = json.loads(done.stdout)
    left = {name for name, rung in rungs(report).items() if rung}
    reasons = {
        reason for event in report["events"] if not event["rung"] for reason in event["refused"].values()
    }

    assert done.returncode == 0
    assert left == {event.name for event in EVENTS if usual[event.name] in {"tracepoint", "inventory"}}
    assert {f"{name}: this kernel has no tracepoint is_gone" for name in ("sys_exit", "call_exit")} <= reasons


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"lockdown": "confidentiality"}, "the kernel is locked down for confidentiality"),
        ({"locked_memory": 65_536}, "counts BPF maps as locked memory, and this process may lock 64 KiB"),
        ({"missing_capabilities": ["CAP_BPF"]}, "this process may not load BPF programs: CAP_BPF missing"),
    ],
)
def test_what_stands_in_the_way_of_everything_is_said_before_anything_is_tried(
    changed: dict[str, Any], problem: str
) -> None:
    """With what to do. That kernels really refuse then is shown in tests/kernels/test_odd_hosts.py."""
    facts = machine.examine()
    machine.require(facts)

    with pytest.raises(MachineError, match=problem) as refused:
        machine.require(machine.Machine(**{**vars_of(facts), **changed}))
    assert refused.value.remedy


def vars_of(facts: machine.Machine) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in facts.__struct_fields__}
