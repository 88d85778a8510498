"""What OPA evaluates in production finds the same as the signatures as they are written."""

import asyncio
import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engine import places, request
from engine.bundle import build
from engine.checking import Checker
from engine.library import Library
from engine.opa_program import OpaProgram
from engine.source import read, scan

pytestmark = pytest.mark.opa

SEED = 20_261_124
EVENTS = 1_000

PATHS = [
    "/etc/shadow", "/etc/sudoers", "/etc/sudoers.d/a", "/etc/cron.d/a", "/etc/crontab", "/etc/ld.so.preload",
    "/root/.ssh/authorized_keys", "/tmp/a", "/dev/shm/a", "memfd:a", "memfd:runc_cloned:/proc/self/exe",
    "/sys/fs/cgroup/release_agent", "/usr/bin/dash", "/usr/bin/true", "./a", "/dev/fd/3", "", None,
]  # fmt: skip
EXECUTABLES = [
    "/usr/bin/cat",
    "/usr/bin/dpkg",
    "/usr/bin/gdb",
    "/usr/bin/perl",
    "/usr/sbin/sshd",
    "memfd:a",
    None,
]
PEERS = [
    {"sa_family": "AF_INET", "sin_addr": "203.0.113.5", "sin_port": 443},
    {"sa_family": "AF_INET6", "sin6_addr": "::1", "sin6_port": 443},
    {"sa_family": "AF_UNIX", "sun_path": "/run/a"},
    None,
]
ARGUMENTS: dict[str, list[Any]] = {
    **dict.fromkeys(["pathname", "old_path", "new_path", "linkpath", "target", "path", "dev_name"], PATHS),
    **dict.fromkeys(["cmdpath", "interp", "interpreter_pathname", "pwd"], PATHS),
    "flags": [["O_RDONLY"], ["O_WRONLY"], ["O_RDWR", "O_CREAT"], ["O_RDONLY", "O_PATH"], [], None],
    "mode": [["S_ISUID"], ["S_IFDIR", "S_ISGID"], ["S_IFREG", "S_ISGID"], ["S_IXUSR"], None],
    "request": ["PTRACE_TRACEME", "PTRACE_POKEDATA", "PTRACE_CONT", 77, None],
    "pid": [0, 12, 4711, None],
    "env": [["A=b"], ["LD_PRELOAD=a.so", "A=b"], ["LD_AUDIT="], [], None],
    "argv": [["a"], ["sh", "/dev/shm/a"], [], None],
    "memfd": [True, False, None],
    "stdin_type": ["S_IFSOCK", "S_IFCHR", None],
    "newfd": [0, 2, 7, None],
    "sockfd": [0, 2, 7, None],
    "remote_addr": PEERS,
    "uargs": ["", None],
}
NAMES = [
    "ptrace", "process_vm_writev", "sched_process_exec", "security_file_open", "security_inode_rename",
    "security_inode_symlink", "security_sb_mount", "chmod_common", "socket_dup", "security_socket_connect",
    "security_socket_accept", "init_module", "finit_module",
]  # fmt: skip
# Most signatures judge these.
NAMES += ["sched_process_exec"] * 3 + ["security_file_open"] * 2


def an_event(chance: random.Random) -> dict[str, Any]:
    """An event with interesting values; each field may also be missing."""
    process = {
        "exe": chance.choice(EXECUTABLES),
        "comm": chance.choice(["cat", "adduser"]),
        "uid": 0,
        "ns_pid": 12,
        "ancestors": [{"exe": chance.choice(["/usr/bin/runc", "/usr/bin/bash", None])}],
    }
    event = {
        "event": chance.choice(NAMES),
        "args": {name: chance.choice(values) for name, values in ARGUMENTS.items() if chance.random() < 0.9},
        "process": {name: value for name, value in process.items() if chance.random() < 0.9},
        "return_value": chance.choice([0, 2, 7, -1]),
        "container": chance.choice([None, {"id": "ab", "name": "web", "image": "nginx"}]),
    }
    return {name: value for name, value in event.items() if chance.random() < 0.95}


def events_of_tests(opa: str) -> list[dict[str, Any]]:
    """The whole events that the signatures' own Rego tests are about."""
    rego = ["-d", str(places.SIGNATURES), "-d", str(places.LIBRARY)]
    command = [opa, "eval", *rego, "-f", "raw", "data.signatures"]
    packages = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    listed = (value for package in packages.values() for value in package.values())
    each = (one for value in listed for one in (value if isinstance(value, list) else [value]))
    return [one for one in each if isinstance(one, dict) and "event" in one]


def varied(event: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """*event* by another program, or without a field of the three parts it has."""
    changed = {**event, "process": {**event.get("process", {})}}
    if chance.random() < 0.3:
        changed["process"]["exe"] = chance.choice(EXECUTABLES)
    for part in ("args", "process"):
        fields = changed.get(part) or {}
        if fields and chance.random() < 0.2:
            gone = chance.choice(sorted(fields))
            changed[part] = {name: value for name, value in fields.items() if name != gone}
    return changed


async def a_bundle(opa: str, directory: Path, exceptions: dict[str, list[Any]]) -> tuple[Path, list[str]]:
    """The bundle of the shipped signatures, and their names."""
    program = OpaProgram(opa)
    capabilities = await program.write_capabilities(directory)
    files = {
        path: source for path in scan([str(places.SIGNATURES), str(places.LIBRARY)]) if (source := read(path))
    }
    accepted = await Library(Checker(program, places.schemas(), capabilities)).take(files)
    assert accepted.refused == {}
    bundle = await build(program, list(accepted.modules), exceptions, capabilities)
    archive = directory / "bundle.tar.gz"
    archive.write_bytes(bundle.archive)
    return archive, sorted(bundle.signatures)


@pytest.mark.parametrize(
    "exceptions",
    [
        {},
        {
            "TW-0111": [{"exe": "/usr/bin/cat", "uid": 0}],
            "TW-0108": [{"pathname": "/etc/cron.d/"}, {"image": "nginx"}],
        },
    ],
    ids=["without exceptions", "with exceptions"],
)
def test_optimised_and_natural_rules_agree(
    opa: str, tmp_path: Path, exceptions: dict[str, list[Any]]
) -> None:
    """The same findings for thousands of random events, missing fields and unknown values included."""
    archive, names = asyncio.run(a_bundle(opa, tmp_path, exceptions))
    chance = random.Random(SEED)  # noqa: S311 - the same events each time
    known = events_of_tests(opa)
    events = [an_event(chance) for _ in range(EVENTS)]
    events += known + [varied(event, chance) for event in known for _ in range(2)]
    question = tmp_path / "input.json"
    asked = json.loads(request.body([request.part(dict(event)) for event in events]))
    question.write_text(json.dumps({"signatures": names} | asked))

    def findings(rule: str) -> list[Any]:
        command = [
            opa,
            "eval",
            "-b",
            str(archive),
            "-i",
            str(question),
            "-f",
            "raw",
            f"data.tracewire.{rule}",
        ]
        answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        return sorted(answer["findings"], key=json.dumps)

    optimised = findings("result")
    assert {name for _, name, *_ in optimised} == set(names)
    assert optimised == findings("alone")
