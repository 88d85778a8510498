"""What a guest finds: Python, libbpf, this repository's packages, objects and tests.

Two archives, one behind the other: `base` holds what changes with an upgrade of this machine
and takes a while to put together, the other one what is worked on.
"""

import hashlib
import lzma
import os
import py_compile
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from tests.kernels import cpio, rewriting
from tests.kernels.cpio import Archive
from tests.kernels.packages import Kernel
from tests.kernels.rewriting import rewritten

ROOT = Path(__file__).parents[2]
GUEST_ROOT = "/tracewire"
_PACKAGES = "/packages"
# Distributions that the collector and the suite import; what they require comes with them.
_DISTRIBUTIONS = ("msgspec", "nats-py", "pytest", "pytest-asyncio", "pytest-timeout", "uvloop")
# pytest rewrites its plugins like tests.
_PLUGINS = ("pytest_asyncio", "pytest_timeout")
_LEFT_OUT = re.compile(
    r"/(test|tests|idlelib|tkinter|turtledemo|lib2to3|ensurepip|distutils|site-packages|config-[^/]*|__pycache__)(/|$)"
)
_MODULES = ("overlay", "loop")


def build(kernel: Kernel, cache: Path, *, objects: Path, extra: Iterable[tuple[Path, str]] = ()) -> Path:
    """The initial file system for *kernel*, in *cache*.

    Args:
        kernel: Whose modules go along.
        cache: Where images are kept.
        objects: Folder of the BPF objects.
        extra: Files to take along, and where to put them in the guest.
    """
    base = _base(cache)
    image = cache / f"image-{kernel.series}.cpio"
    with image.open("wb") as file:
        file.write(base.read_bytes())
        archive = Archive(file)
        _add_repository(archive, objects)
        _add_modules(archive, kernel)
        for source, name in extra:
            archive.copy(source, name)
        archive.close()
    return image


def _base(cache: Path) -> Path:
    """Everything that is not this repository's, made anew when one of its versions changes."""
    versions = [
        sys.version,
        *(f"{name} {metadata.version(name)}" for name in _with_requirements(_DISTRIBUTIONS)),
    ]
    programs = [_library("libbpf.so.1"), Path("/bin/busybox")]
    versions += [f"{program} {program.stat().st_mtime_ns}" for program in programs]
    versions += [
        Path(module).read_text(encoding="utf-8") for module in (__file__, rewriting.__file__, cpio.__file__)
    ]
    name = hashlib.sha256("\n".join(versions).encode()).hexdigest()[:12]
    base = cache / f"base-{name}.cpio"
    if not base.is_file():
        unfinished = base.with_suffix(".unfinished")
        with unfinished.open("wb") as file:
            archive = Archive(file)
            _add_system(archive)
            _add_python(archive)
            archive.close()
        unfinished.rename(base)
    return base


def _library(name: str) -> Path:
    for line in subprocess.run(
        ("/sbin/ldconfig", "-p"), capture_output=True, text=True, check=True
    ).stdout.splitlines():
        if line.strip().startswith(f"{name} ") and "x86-64" in line:
            return Path(line.rsplit(" => ", 1)[1])
    raise FileNotFoundError(name)


def _with_libraries(programs: Iterable[Path]) -> Iterator[Path]:
    """*programs*, and the shared libraries that the dynamic linker would load for them."""
    found: set[Path] = set()
    for program in programs:
        yield program
        listing = subprocess.run(("ldd", str(program)), capture_output=True, text=True, check=False).stdout
        for match in re.finditer(r"(?:=> |^\s+)(/\S+) \(0x", listing, re.MULTILINE):
            found.add(Path(match[1]))
    yield from sorted(found)


def _add_system(archive: Archive) -> None:
    archive.device("dev/console", 5, 1)
    archive.device("dev/null", 1, 3)
    for folder in ("proc", "sys", "tmp", "run", "mnt", "root", "etc"):
        archive.folder(folder)
    archive.file("etc/passwd", b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n")
    archive.file("etc/group", b"root:x:0:\nnogroup:x:65534:\n")
    archive.copy(Path("/bin/busybox"), "bin/busybox")
    archive.link("bin/sh", "/bin/busybox")
    # busybox's cannot remove a tree deeper than a path may be long.
    archive.copy(Path("/bin/rm"), "bin/rm")
    for program in _with_libraries([_library("libbpf.so.1"), Path("/bin/rm")]):
        archive.copy(program)


def _add_python(archive: Archive) -> None:
    executable = Path(os.path.realpath(sys.executable))
    standard = Path(sysconfig.get_path("stdlib"))
    native = [executable]
    with tempfile.TemporaryDirectory() as scratch:
        for source, name in _python_files(standard, str(standard)):
            _add_module(archive, source, name, Path(scratch))
            native += [source] if source.suffix == ".so" else []
        for source, name in _distribution_files():
            _add_module(archive, source, name, Path(scratch))
            if source.suffix == ".py" and name.removeprefix(f"{_PACKAGES}/").startswith(_PLUGINS):
                archive.file(*rewritten(source, name))
            native += [source] if source.suffix == ".so" else []
    for program in _with_libraries(native):
        if program == executable or program.suffix != ".so" or str(program).startswith("/lib"):
            archive.copy(program)
    archive.link("bin/python", str(executable))


def _python_files(folder: Path, name: str) -> Iterator[tuple[Path, str]]:
    for source in sorted(folder.rglob("*")):
        relative = source.relative_to(folder)
        if source.is_file() and source.suffix in {".py", ".so"} and not _LEFT_OUT.search(f"/{relative}"):
            yield source, f"{name}/{relative}"


def _with_requirements(names: Iterable[str]) -> list[str]:
    """*names*, and the distributions that those require and that are installed."""
    found: list[str] = []
    waiting = list(names)
    while waiting:
        name = waiting.pop().lower()
        if name in found:
            continue
        try:
            required = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        found.append(name)
        waiting += [re.split(r"[^\w.-]", one, maxsplit=1)[0] for one in required if "extra ==" not in one]
    return sorted(found)


def _distribution_files() -> Iterator[tuple[Path, str]]:
    for name in _with_requirements(_DISTRIBUTIONS):
        for file in metadata.files(name) or ():
            source = Path(str(file.locate()))
            if ".." in file.parts or "__pycache__" in file.parts or not source.is_file():
                continue
            if source.suffix in {".py", ".so"} or file.parts[0].endswith(".dist-info"):
                yield source, f"{_PACKAGES}/{file}"


def _add_module(archive: Archive, source: Path, name: str, scratch: Path) -> None:
    """A Python file, and what it compiles to: compiling takes long in a guest."""
    archive.copy(source, name)
    if source.suffix != ".py":
        return
    compiled = scratch / "module.pyc"
    try:
        py_compile.compile(
            str(source), str(compiled), dfile=name, doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )  # fmt: skip
    except py_compile.PyCompileError:
        return
    folder, file = os.path.split(name)
    archive.copy(compiled, f"{folder}/__pycache__/{file[:-3]}.{sys.implementation.cache_tag}.pyc")


def _add_repository(archive: Archive, objects: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for package in ("tracewire", "collector"):
            for source in sorted((ROOT / package).rglob("*.py")):
                _add_module(archive, source, f"{GUEST_ROOT}/{source.relative_to(ROOT)}", Path(scratch))
        tests = ROOT / "tests"
        for source in sorted(
            (
                *(tests / "kernels" / "guest").rglob("*.py"),
                *(tests / "conformance").glob("*.py"),
                # The first imports the others.
                *(tests / name for name in ("conftest.py", "requirement.py", "serving.py")),
            )
        ):
            name = f"{GUEST_ROOT}/{source.relative_to(ROOT)}"
            _add_module(archive, source, name, Path(scratch))
            archive.file(*rewritten(source, name))
    archive.copy(ROOT / "pyproject.toml", f"{GUEST_ROOT}/pyproject.toml")
    for source in sorted(objects.rglob("*.bpf.o")):
        archive.copy(source, f"{GUEST_ROOT}/build/bpf/{source.relative_to(objects)}")
    for source in sorted((ROOT / "bpf").glob("*.h")):  # test_layout.py compares with them
        archive.copy(source, f"{GUEST_ROOT}/{source.relative_to(ROOT)}")
    init = ROOT / "tests" / "kernels" / "guest" / "init.sh"
    archive.file("init", init.read_bytes(), 0o755)


def _add_modules(archive: Archive, kernel: Kernel) -> None:
    for name in _MODULES:
        for source in kernel.modules.rglob(f"{name}.ko*"):
            content = source.read_bytes()
            if source.suffix == ".xz":
                content = lzma.decompress(content)
            archive.file(f"modules/{name}.ko", content)
