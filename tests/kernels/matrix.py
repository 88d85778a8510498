"""The conformance suite on each kernel: this machine's, and those that QEMU boots."""

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from collector.small_btf import pack, reduce
from tests.kernels import boot, image, truths, types
from tests.kernels.errors import BootError
from tests.kernels.loaded import Loaded
from tests.kernels.packages import Archive, Kernel, Series
from tests.kernels.results import BEST, Results

CACHE = image.ROOT / ".tools" / "kernels"
OBJECTS = image.ROOT / "build" / "bpf"
# A guest does in seconds what this machine does in a blink: every instruction is translated.
GUEST_SECONDS = 1800.0
LOAD_SECONDS = 400.0
RUNGS = f"{BEST},lsm,fexit,kprobe,inner,sys_exit"
# Attacks by a second thread need a second CPU and time: they are left to this machine's own run.
_LEFT_OUT = ("test_swap.py",)
NATIVE = "this"
_PLUGIN = ("-p", "tests.kernels.guest.rungs", "-p", "no:cacheprovider", "-q", "--color=no")
# Of one test; the first one waits until everything is loaded.
_TEST_SECONDS = 600

Say = Callable[[str], None]


def _tests() -> list[str]:
    folder = image.ROOT / "tests" / "conformance"
    return [
        f"tests/conformance/{file.name}"
        for file in sorted(folder.glob("test_*.py"))
        if file.name not in _LEFT_OUT
    ]


def _environment(event: str | None, rungs: str) -> dict[str, str]:
    return {"KERNEL_RUNGS": rungs} | ({"KERNEL_EVENT": event} if event else {})


def native_name() -> str:
    """What this machine's kernel is called in the table."""
    return f"{'.'.join(platform.release().split('.')[:2])} (this)"


def run_native(event: str | None, rungs: str = RUNGS) -> Results:
    """The suite on this machine's kernel."""
    results = Results()
    with tempfile.NamedTemporaryFile(mode="r", encoding="utf-8") as said:
        environment = os.environ | _environment(event, rungs) | {"KERNEL_RESULTS": said.name}
        command = [sys.executable, "-m", "pytest", *_PLUGIN, *_tests()]
        subprocess.run(command, cwd=image.ROOT, env=environment, stdout=subprocess.DEVNULL, check=False)
        for line in said:
            results.take(line)
    results.end(f"kernel {native_name()}", everything=event is None)
    return results


class Guests:
    """Kernels that QEMU boots."""

    def __init__(self, say: Say) -> None:
        """Keep packages and images in the cache; *say* hears what is done."""
        self._say = say
        self._archive = Archive(CACHE)
        self._images = CACHE / "images"
        self._images.mkdir(parents=True, exist_ok=True)

    def run(self, series: Sequence[Series], event: str | None, rungs: str = RUNGS) -> dict[str, Results]:
        """The suite on each of *series*, by its name.

        Raises:
            KernelPackageError: A kernel could not be had.
        """
        found = {one.name: Results() for one in series}
        command = [f"{name}={value}" for name, value in _environment(event, rungs).items()]
        command += ["python", "-m", "pytest", f"--timeout={_TEST_SECONDS}", *_PLUGIN, *_tests()]
        for name, problem in self._boot(series, command, lambda name, line: found[name].take(line)).items():
            # What it had said until then still counts.
            found[name].problem = problem
            found[name].end(f"kernel {name} (its console: {console_of(name)})", everything=event is None)
            self._say(f"{name}: {found[name].tests} tests, {len(found[name].failures)} failed")
        return found

    def load(self, series: Sequence[Series]) -> dict[str, Loaded]:
        """What each of *series* loads and attaches, by its name.

        Raises:
            KernelPackageError: A kernel could not be had.
        """
        found = {one.name: Loaded() for one in series}
        command = ["python", "-m", "tests.kernels.guest.loads"]
        for name, problem in self._boot(
            series, command, lambda name, line: found[name].take(line), seconds=LOAD_SECONDS
        ).items():
            found[name].problem = problem
        return found

    def odd(self, series: Sequence[Series]) -> dict[str, list[str]]:
        """What each of *series* says on a machine like few: see tests/kernels/guest/odd.py.

        Raises:
            KernelPackageError: A kernel could not be had.
            TypesError: The image of a kernel does not give its types.
        """
        found: dict[str, list[str]] = {one.name: [] for one in series}
        small = CACHE / "small"
        programs = sorted(OBJECTS.rglob("*.bpf.o"))
        for kernel in map(self._archive.kernel, series):
            reduced = reduce(types.file_of(kernel, CACHE / "types"), programs)
            pack(reduced, kernel.release, small / f"{kernel.release}.btf.tar.xz")
        extra = [(file, f"/small/{file.name}") for file in small.iterdir()]
        for name, problem in self._boot(
            series,
            ["python", "-m", "tests.kernels.guest.odd"],
            lambda name, line: found[name].append(line),
            seconds=LOAD_SECONDS,
            options="lockdown=integrity",
            cpus="2,maxcpus=8",
            extra=extra,
        ).items():
            found[name] += [problem] if problem else []
        return found

    def whole(self, cgroups: Mapping[Series, str], nats_server: Path) -> dict[str, list[str]]:
        """What a whole collector and an inventory tell on each kernel, by its name: see `guest/whole.py`.

        Args:
            cgroups: By series, the version of cgroups that is mounted there: `v1`, `v2` or `both`.
            nats_server: The program, which is taken along.

        Raises:
            KernelPackageError: A kernel could not be had.
        """
        found: dict[str, list[str]] = {one.name: [] for one in cgroups}
        commands = {
            one.name: ["python", "-m", "tests.kernels.guest.whole", version]
            for one, version in cgroups.items()
        }
        problems = self._boot(
            list(cgroups),
            commands,
            lambda name, line: found[name].append(line),
            seconds=LOAD_SECONDS,
            extra=[(nats_server, "/bin/nats-server")],
        )
        return {name: [*lines, *filter(None, [problems[name]])] for name, lines in found.items()}

    def _boot(
        self,
        series: Sequence[Series],
        command: Sequence[str] | Mapping[str, Sequence[str]],
        take: Callable[[str, str], None],
        *,
        seconds: float = GUEST_SECONDS,
        options: str = "",
        cpus: str = "1",
        extra: Iterable[tuple[Path, str]] = (),
    ) -> dict[str, str]:
        """*command*, or that of each kernel, on each of *series*, as many at a time as there are CPUs.

        Returns:
            By series, why a guest did not come to its end; empty where it did.
        """
        kernels = [self._archive.kernel(one) for one in series]
        programs = [*truths.compiled(CACHE / "truths"), *extra]
        images = {
            kernel.series: image.build(kernel, self._images, objects=OBJECTS, extra=programs)
            for kernel in kernels
        }

        def one(kernel: Kernel) -> str:
            self._say(f"booting {kernel.release}")
            lines = boot.run(
                kernel,
                images[kernel.series],
                command[kernel.series] if isinstance(command, Mapping) else command,
                folder=self._images / kernel.series,
                seconds=seconds,
                options=options,
                cpus=cpus,
            )
            try:
                for line in lines:
                    take(kernel.series, line)
            except BootError as error:
                return str(error)
            return ""

        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            return dict(zip([kernel.series for kernel in kernels], pool.map(one, kernels), strict=True))


def console_of(series: str) -> Path:
    """Where a guest's console was written to."""
    return CACHE / "images" / series / "console"
