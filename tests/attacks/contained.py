"""A cgroup that is named as Docker names a container's: to the kernel that is all that a container is."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


def _hierarchy() -> Path:
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    return Path(next(fields[1] for fields in mounts if fields[2] == "cgroup2"))


def _own(hierarchy: Path) -> Path:
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    return hierarchy / next(line[3:] for line in lines if line.startswith("0::")).lstrip("/")


@contextlib.contextmanager
def container() -> Iterator[None]:
    """This process and the children that it starts are in a container, until the end of the block."""
    hierarchy = _hierarchy()
    before = _own(hierarchy)
    inside = hierarchy / f"docker-{os.getpid():064x}.scope"
    inside.mkdir()
    try:
        (inside / "cgroup.procs").write_text(str(os.getpid()))
        yield
    finally:
        (before / "cgroup.procs").write_text(str(os.getpid()))
        inside.rmdir()
