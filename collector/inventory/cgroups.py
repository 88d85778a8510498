"""Containers as the cgroup hierarchies show them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tracewire.containers import container_id

# The deepest that a runtime nests: kubepods.slice/…-besteffort.slice/…-pod….slice/…scope, in
# another container's cgroup of the same depth.
_DEEPEST = 12


class Cgroup(NamedTuple):
    """A cgroup that is named after a container.

    Attributes:
        id: The container's.
        runtime: Where the name tells it.
        path: Below the root of its hierarchy.
    """

    id: str
    runtime: str | None
    path: bytes


def cgroup_of(path: bytes) -> Cgroup | None:
    """The container whose own cgroup *path* is; None for any other, such as one inside of it."""
    found = container_id(path.rpartition(b"/")[2])
    return Cgroup(found[0], found[1], path) if found else None


def scan(root: Path) -> dict[str, Cgroup]:
    """The containers that have a cgroup now, by id.

    Args:
        root: Where the hierarchies are mounted: all in one there (v2), or each in a directory (v1, hybrid).
    """
    found: dict[str, Cgroup] = {}
    for hierarchy in _hierarchies(root):
        for path in _directories(hierarchy):
            cgroup = cgroup_of(b"/" + os.fsencode(os.path.relpath(path, hierarchy)))
            if cgroup is not None:
                found.setdefault(cgroup.id, cgroup)
    return found


def _hierarchies(root: Path) -> list[str]:
    if (root / "cgroup.procs").exists():
        return [str(root)]
    try:
        # v1 mounts two controllers in one directory and links the other's name to it.
        return sorted(entry.path for entry in os.scandir(root) if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


def _directories(path: str, depth: int = 0) -> Iterator[str]:
    """All directories below *path*; those that vanish meanwhile are not among them."""
    try:
        with os.scandir(path) as entries:
            inner = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    for each in inner:
        yield each
        if depth < _DEEPEST:
            yield from _directories(each, depth + 1)
