"""Each signature finds the program that does it, and is silent about the one that only looks like it."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tracewire.finding import Finding

from .conftest import EXCEPTED_PROGRAM, Findings

HERE = Path(__file__).parent
TRIGGERS = sorted([*HERE.glob("*/trigger*.py"), *HERE.glob("*/trigger*.c")])
TWINS = sorted([*HERE.glob("*/twin*.py"), *HERE.glob("*/twin*.c")])

pytestmark = [pytest.mark.root, pytest.mark.opa, pytest.mark.nats]

# From the system call to the finding it takes milliseconds; this is when to give up.
PATIENCE_SECONDS = 15.0
ALARMING = {"medium", "high", "critical"}

Programs = Callable[[Path], list[str]]


def name_of(source: Path) -> str:
    return f"{source.parent.name}-{source.stem}"


def perform(command: list[str], directory: Path) -> int:
    """Run *command* to its end; give its pid."""
    child = subprocess.Popen(
        command, cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONPATH": str(HERE)},
    )  # fmt: skip
    output, _ = child.communicate(timeout=30)
    assert child.returncode == 0, output.decode(errors="backslashreplace")
    return child.pid


def is_of(pid: int) -> Callable[[Finding], bool]:
    """Whether a finding is about process *pid* or a descendant."""

    def about(finding: Finding) -> bool:
        process = finding.process
        return process.pid == pid or any(ancestor.pid == pid for ancestor in process.ancestors)

    return about


def found(findings: Findings, pid: int, signature: str) -> Finding | None:
    about = is_of(pid)
    return findings.wait_for(lambda one: one.signature.name == signature and about(one), PATIENCE_SECONDS)


def wait_until_judged(findings: Findings, programs: Programs, directory: Path) -> None:
    """Return when everything that has happened before is judged.

    Events travel in order, but batches are judged several at a time: what is found second
    began after the first one's batch had gone ahead of it.
    """
    marker = HERE / "sensitive_file_read" / "trigger.py"
    for _ in range(3):
        pid = perform(programs(marker), directory)
        assert found(findings, pid, "sensitive_file_read") is not None


@pytest.mark.parametrize("trigger", TRIGGERS, ids=name_of)
def test_trigger_is_found(trigger: Path, findings: Findings, programs: Programs, tmp_path: Path) -> None:
    """The finding names the signature, the process and what it did."""
    pid = perform(programs(trigger), tmp_path)

    finding = found(findings, pid, trigger.parent.name)
    others = [one.signature.name for one in findings.matching(is_of(pid))]
    assert finding is not None, f"found instead: {others}"
    assert finding.data
    assert finding.process.exe


@pytest.mark.parametrize("twin", TWINS, ids=name_of)
def test_twin_is_silent(twin: Path, findings: Findings, programs: Programs, tmp_path: Path) -> None:
    """Neither its own signature nor anything of medium severity or above."""
    about = is_of(perform(programs(twin), tmp_path))
    wait_until_judged(findings, programs, tmp_path)

    assert [
        (one.signature.name, one.data)
        for one in findings.matching(about)
        if one.signature.severity in ALARMING or one.signature.name == twin.parent.name
    ] == []


def test_excepted_program_is_silent(findings: Findings, programs: Programs, tmp_path: Path) -> None:
    """What a user has excepted in exceptions.json is no finding, and the same by another program is."""
    # Executable from the beginning: what is made so afterwards and then run is another signature's.
    EXCEPTED_PROGRAM.touch(mode=0o755)
    shutil.copyfile("/bin/cat", EXCEPTED_PROGRAM)
    try:
        about = is_of(perform([str(EXCEPTED_PROGRAM), "/etc/shadow"], tmp_path))
    finally:
        EXCEPTED_PROGRAM.unlink()
    wait_until_judged(findings, programs, tmp_path)

    assert findings.matching(about) == []


def test_signature_of_the_documentation_finds(findings: Findings, tmp_path: Path) -> None:
    """The page's example works as it stands there, from the file to the finding."""
    key = Path("/root/.ssh/id_tracewire_test")
    had_directory = key.parent.is_dir()
    key.parent.mkdir(mode=0o700, exist_ok=True)
    key.touch()
    try:
        pid = perform(["/bin/cat", str(key)], tmp_path)
        finding = found(findings, pid, "private_key_read")
    finally:
        key.unlink()
        if not had_directory:
            key.parent.rmdir()

    assert finding is not None
    assert finding.data == {"pathname": str(key)}


def test_what_a_ring_does_is_the_deed_of_who_submitted_it(
    findings: Findings, programs: Programs, tmp_path: Path
) -> None:
    """A file opened by io_uring's own thread is found, with the process that asked for it."""
    pid = perform(programs(HERE / "sensitive_file_read" / "trigger_through_ring.c"), tmp_path)

    finding = found(findings, pid, "sensitive_file_read")
    assert finding is not None
    assert (finding.process.pid, finding.process.tid) == (pid, pid)
    assert (finding.event.name, finding.event.via, finding.event.syscall) == (
        "security_file_open", "io_uring", None,
    )  # fmt: skip
    assert finding.event.args["pathname"] == "/etc/shadow"
