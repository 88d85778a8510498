"""A kernel in QEMU, without any device but two serial lines."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.kernels.errors import BootError
from tests.kernels.packages import Kernel

PROGRAM = "qemu-system-x86_64"
_CONSOLE_LINES = 25


def can_boot() -> bool:
    """Whether there is an emulator."""
    return shutil.which(PROGRAM) is not None


def run(
    kernel: Kernel,
    image: Path,
    command: Sequence[str],
    *,
    folder: Path,
    seconds: float,
    options: str = "",
    cpus: str = "1",
) -> Iterator[str]:
    """Boot *kernel* with *image*, run *command* there, and yield each line of its output at once.

    Args:
        kernel: What to boot.
        image: Its initial file system.
        command: In the guest.
        folder: Where the two lines are written to: `console` and `results`.
        seconds: After which the guest is ended.
        options: For the kernel.
        cpus: How many the guest has, as QEMU's -smp takes it.

    Raises:
        BootError: The guest did not end by itself in time, or QEMU failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    console, results = folder / "console", folder / "results"
    for file in (console, results):
        file.unlink(missing_ok=True)
        file.touch()
    append = f"console=ttyS0 quiet panic=-1 {options} -- {' '.join(command)}"
    arguments = [
        PROGRAM, "-accel", "tcg", "-cpu", "max", "-smp", cpus, "-m", "1G",
        "-nodefaults", "-display", "none", "-no-reboot",
        "-serial", f"file:{console}", "-serial", f"file:{results}",
        "-kernel", str(kernel.image), "-initrd", str(image), "-append", append,
    ]  # fmt: skip
    deadline = time.monotonic() + seconds
    with subprocess.Popen(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as guest:
        try:
            yield from _follow(guest, results, deadline)
            if guest.poll() is None:
                raise BootError(kernel.series, f"did not end within {seconds:.0f} s", _end_of(console))
            if guest.returncode:
                said = guest.stdout.read().decode(errors="replace") if guest.stdout else ""
                raise BootError(kernel.series, f"was not run by QEMU ({said.strip()})", _end_of(console))
        finally:
            guest.kill()


def _follow(guest: "subprocess.Popen[bytes]", results: Path, deadline: float) -> Iterator[str]:
    """The lines of *results* as they come, until *guest* ends."""
    with results.open(encoding="utf-8", errors="replace") as file:
        part = ""
        while True:
            ended = guest.poll() is not None
            part += file.read()
            *lines, part = part.split("\n")
            yield from (line for line in lines if line)
            if ended or time.monotonic() > deadline:
                return
            try:
                guest.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                continue


def _end_of(console: Path) -> str:
    return "\n".join(console.read_text(encoding="utf-8", errors="replace").splitlines()[-_CONSOLE_LINES:])
