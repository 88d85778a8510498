"""Signature files as they lie in directories."""

import os
import stat
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import msgspec

EXCEPTIONS_FILE = "exceptions.json"
LISTS_FILE = "lists.json"
DATA_FILES = frozenset({EXCEPTIONS_FILE, LISTS_FILE})


class Stamp(NamedTuple):
    """Enough about a file to see that it has changed without reading it.

    ctime and inode are part of it because a file can be replaced by one of the same
    size within one tick of mtime's clock.
    """

    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int


class Source(msgspec.Struct, frozen=True):
    """One file.

    Attributes:
        path: As its directory was given, so that messages name what the user knows.
        text: What is in it.
        digest: Of `text`.
    """

    path: str
    text: str
    digest: str


def source(path: str, text: str) -> Source:
    """*text* as if it had been read from *path*."""
    return Source(path, text, blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest())


_TEST = "_test.rego"


def _files(
    directory: str, seen: set[tuple[int, int]], *, tests: bool
) -> Iterator[tuple[str, os.stat_result]]:
    """The files below *directory* that are not in *seen*: a link may lead to where one has been already."""
    try:
        with os.scandir(directory) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in found:
        name = entry.name
        try:
            status = entry.stat()
        except OSError:
            continue
        identity = (status.st_dev, status.st_ino)
        is_directory = stat.S_ISDIR(status.st_mode)
        is_rego = name.endswith(".rego") and name.endswith(_TEST) == tests
        ours = is_directory or is_rego or (name in DATA_FILES and not tests)
        if not ours or name.startswith(".") or identity in seen:
            continue
        seen.add(identity)
        if is_directory:
            yield from _files(entry.path, seen, tests=tests)
        else:
            yield entry.path, status


def scan(directories: Iterable[str], *, tests: bool = False) -> dict[str, Stamp]:
    """Every file of *directories* that matters, once and at any depth.

    Tests of signatures do not matter, or with *tests* they alone do. A directory or a file that vanishes
    meanwhile, or that may not be read, is as good as absent.
    """
    seen: set[tuple[int, int]] = set()
    return {
        path: Stamp(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        for directory in directories
        for path, status in _files(directory, seen, tests=tests)
    }


def read(path: str) -> Source | None:
    """The file at *path*; None if it is gone or unreadable.

    Bytes that are not UTF-8 are kept as surrogates, for OPA to refuse with a position.
    """
    try:
        return source(path, Path(path).read_text(encoding="utf-8", errors="surrogateescape"))
    except OSError:
        return None
