"""The ground-truth programs, compiled, and the kernel watched."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conformance.capture import Capture
from tests.conformance.places import KINDS, Place

TRUTHS = Path(__file__).parent / "truths"
Build = Callable[..., Path]


@pytest.fixture(scope="session")
def public() -> Iterator[Path]:
    """A directory that other users may enter, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="conformance-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def truth(public: Path) -> Build:
    """A ground-truth program by name, compiled once; static unless asked otherwise."""

    def build(name: str, *flags: str, static: bool = True) -> Path:
        file = "-".join((name, "static" if static else "dynamic", *(flag.strip("-") for flag in flags)))
        if built := os.environ.get("CONFORMANCE_TRUTHS"):
            # A guest has no compiler: the host's has done it.
            if not Path(built, file).exists():
                pytest.skip(f"{file} was not compiled")
            return Path(built, file)
        program = public / file
        if not program.exists():
            options = [
                "-O1",
                "-Wall",
                "-Werror",
                "-Wno-unused-function",
                "-Wno-unused-result",
                "-pthread",
                *(["-static"] if static else []),
                *flags,
            ]
            subprocess.run(
                ["gcc", *options, "-o", str(program), str(TRUTHS / f"{name}.c")], check=True, timeout=60
            )
        return program

    return build


@pytest.fixture(scope="session")
def capture() -> Iterator[Capture]:
    """The collector's side of the kernel, loaded once; a test attaches what it wants."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    opened = Capture()
    # In a guest at once: an object is opened anew for each time that more of it is needed. Of one event, little is.
    if "KERNEL_RUNGS" in os.environ and "KERNEL_EVENT" not in os.environ:
        opened.objects.load_all()
    yield opened
    opened.close()


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path, truth: Build) -> Place:
    """A directory on each kind of file system in turn."""
    return Place(request.param, tmp_path, truth("enter_root"))


@pytest.fixture
def disk(tmp_path: Path, truth: Build) -> Place:
    """A directory on the file system of pytest's own directories."""
    return Place("disk", tmp_path, truth("enter_root"))


@pytest.fixture
def place_of(tmp_path: Path, truth: Build) -> Callable[[str], Place]:
    """A directory on a file system of the kind given."""
    return lambda kind: Place(kind, tmp_path, truth("enter_root"))
