"""The archive that a kernel unpacks as its first file system (cpio "newc")."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

_MAGIC = b"070701"
_END = "TRAILER!!!"
_BLOCK = 4


class Archive:
    """An archive being written. Folders come into being with the first thing in them."""

    def __init__(self, file: BinaryIO) -> None:
        """Write to *file*; `close` ends the archive, and another one may follow it there."""
        self._file = file
        self._number = 0
        self._folders: set[str] = set()
        self._names: set[str] = set()

    def folder(self, name: str, mode: int = 0o755) -> None:
        """A folder, and those above it."""
        name = name.strip("/")
        if not name or name in self._folders:
            return
        self.folder(os.path.dirname(name))  # noqa: PTH120  (a name in the archive, not on this machine)
        self._folders.add(name)
        self._entry(name, stat.S_IFDIR | mode, b"")

    def file(self, name: str, content: bytes, mode: int = 0o644) -> None:
        """A file; one of this name that is there already stays as it is."""
        self._put(name, stat.S_IFREG | mode, content)

    def link(self, name: str, target: str) -> None:
        """A symbolic link."""
        self._put(name, stat.S_IFLNK | 0o777, target.encode())

    def device(self, name: str, major: int, minor: int) -> None:
        """A character device."""
        self.folder(os.path.dirname(name))  # noqa: PTH120
        self._entry(name.strip("/"), stat.S_IFCHR | 0o600, b"", device=(major, minor))

    def copy(self, source: Path, name: str | None = None) -> None:
        """The file at *source*, links followed, under *name* or its own path."""
        self.file(name or str(source), source.read_bytes(), stat.S_IMODE(source.stat().st_mode))

    def close(self) -> None:
        """Write the end."""
        self._entry(_END, 0, b"")
        self._file.write(bytes(-self._file.tell() % 512))

    def _put(self, name: str, mode: int, content: bytes) -> None:
        name = name.strip("/")
        if name in self._names:
            return
        self._names.add(name)
        self.folder(os.path.dirname(name))  # noqa: PTH120
        self._entry(name, mode, content)

    def _entry(self, name: str, mode: int, content: bytes, device: tuple[int, int] = (0, 0)) -> None:
        self._number += 1
        # inode, mode, uid, gid, links, mtime, size, device of the file, device that it is, name, checksum
        fields = (self._number, mode, 0, 0, 1, 0, len(content), 0, 0, *device, len(name) + 1, 0)
        self._file.write(_MAGIC + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0")
        self._align()
        self._file.write(content)
        self._align()

    def _align(self) -> None:
        self._file.write(bytes(-self._file.tell() % _BLOCK))
