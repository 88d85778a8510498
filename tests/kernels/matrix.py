"""The conformance suite on each kernel: this machine's, and those that QEMU boots."""

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.kernels import boot, image, truths
from tests.kernels.errors import BootError
from tests.kernels.packages import Archive, Series
from tests.kernels.results import BEST, Results

CACHE = image.ROOT / ".tools" / "kernels"
OBJECTS = image.ROOT / "build" / "bpf"
# A guest does in seconds what this machine does in a blink: every instruction is translated.
GUEST_SECONDS = 1800.0
_RUNGS = f"{BEST},lsm,fexit,kprobe,inner,sys_exit"
# Attacks by a second thread need a second CPU and time: they are left to this machine's own run.
_LEFT_OUT = ("test_swap.py",)
NATIVE = "this"
_PLUGIN = ("-p", "tests.kernels.guest.rungs", "-p", "no:cacheprovider", "-q", "--color=no")

Say = Callable[[str], None]


def _tests() -> list[str]:
    folder = image.ROOT / "tests" / "conformance"
    return [
        f"tests/conformance/{file.name}"
        for file in sorted(folder.glob("test_*.py"))
        if file.name not in _LEFT_OUT
    ]


def _environment(event: str | None) -> dict[str, str]:
    return {"KERNEL_RUNGS": _RUNGS} | ({"KERNEL_EVENT": event} if event else {})


def native_name() -> str:
    """What this machine's kernel is called in the table."""
    return f"{'.'.join(platform.release().split('.')[:2])} (this)"


def run_native(event: str | None) -> Results:
    """The suite on this machine's kernel."""
    results = Results()
    with tempfile.NamedTemporaryFile(mode="r", encoding="utf-8") as said:
        environment = os.environ | _environment(event) | {"KERNEL_RESULTS": said.name}
        command = [sys.executable, "-m", "pytest", *_PLUGIN, *_tests()]
        subprocess.run(command, cwd=image.ROOT, env=environment, stdout=subprocess.DEVNULL, check=False)
        for line in said:
            results.take(line)
    return results


class Guests:
    """Kernels that QEMU boots."""

    def __init__(self, say: Say) -> None:
        """Keep packages and images in the cache; *say* hears what is done."""
        self._say = say
        self._archive = Archive(CACHE)
        self._images = CACHE / "images"
        self._images.mkdir(parents=True, exist_ok=True)

    def run(self, series: Sequence[Series], event: str | None) -> dict[str, Results]:
        """The suite on each of *series*, as many at a time as there are CPUs.

        Raises:
            KernelPackageError: A kernel could not be had.
        """
        kernels = [self._archive.kernel(one) for one in series]
        programs = list(truths.compiled(CACHE / "truths"))
        images = {
            kernel.series: image.build(kernel, self._images, objects=OBJECTS, extra=programs)
            for kernel in kernels
        }
        command = [f"{name}={value}" for name, value in _environment(event).items()]
        command += ["python", "-m", "pytest", *_PLUGIN, *_tests()]

        def one(index: int) -> Results:
            kernel, results = kernels[index], Results()
            self._say(f"booting {kernel.release}")
            lines = boot.run(
                kernel,
                images[kernel.series],
                command,
                folder=self._images / kernel.series,
                seconds=GUEST_SECONDS,
            )
            try:
                for line in lines:
                    results.take(line)
            except BootError as error:
                # What it had said until then still counts.
                results.problem = str(error)
            self._say(f"{kernel.release}: {results.tests} tests, {len(results.failures)} failed")
            return results

        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            return dict(
                zip([kernel.series for kernel in kernels], pool.map(one, range(len(kernels))), strict=True)
            )


def console_of(series: str) -> Path:
    """Where a guest's console was written to."""
    return CACHE / "images" / series / "console"
