"""The kernel's types in a file, for a kernel that does not show its own, or not to this process.

A file is raw BTF, an ELF file with a section of it, or one of those as the only thing in a
`.tar.xz`. A directory is laid out like the BTFHub archive: `<id>/<version>/<architecture>/
<release>.btf.tar.xz`, id and version as /etc/os-release has them.
"""

import os
import platform
import struct
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from collector.errors import TypesError

OWN = Path("/sys/kernel/btf/vmlinux")
ENDINGS = (".btf", ".btf.tar.xz")
"""Of files with types, behind the kernel's release."""
_ARCHIVE = ".tar.xz"
_LIMIT_BYTES = 256 * 1024 * 1024  # a kernel's types are 3 to 6 MB, with debug information ten times that
_ELF = b"\x7fELF"
# struct btf_header, include/uapi/linux/btf.h: magic, version, flags, its length, then where types and
# strings are behind it and how long.
_HEADER = struct.Struct("<HBBIIIII")
_MAGIC, _VERSION = 0xEB9F, 1
_BYTE_ORDER_MARK_OF_OTHERS = 0x9FEB


class TypesFile(NamedTuple):
    """A file that libbpf can read; it is there until `close`.

    Attributes:
        path: Where it is.
        source: What was given, for a reader.
        fd: Of the memory that holds an unpacked one; None otherwise.
    """

    path: str
    source: str
    fd: int | None

    def close(self) -> None:
        """Forget an unpacked one."""
        if self.fd is not None:
            os.close(self.fd)


def is_shown() -> bool:
    """Whether the kernel shows its own types to this process."""
    return os.access(OWN, os.R_OK)


def find(given: str) -> Path:
    """The file that *given* means, a file or a directory.

    Raises:
        TypesError: There is no such thing, or no file for this kernel in the directory.
    """
    path = Path(given)
    if path.is_file():
        return path
    if not path.is_dir():
        raise TypesError(given, "there is no such file or directory")
    release, machine = platform.release(), platform.machine()
    for place in _places(path, machine):
        for ending in ENDINGS:
            if (found := place / f"{release}{ending}").is_file():
                return found
    for ending in ENDINGS:
        # An archive of another system's kernels: the release and the architecture are what counts.
        for found in sorted(path.rglob(f"{release}{ending}")):
            if found.parent.name == machine or found.parent == path:
                return found
    raise TypesError(given, f"it holds no {release}.btf and no {release}.btf.tar.xz for {machine}")


def _places(archive: Path, machine: str) -> Iterator[Path]:
    try:
        system = platform.freedesktop_os_release()
    except OSError:
        system = {}
    yield archive / system.get("ID", "") / system.get("VERSION_ID", "") / machine
    yield archive


def open_file(given: str) -> TypesFile:
    """The types that *given* means, checked as far as they can be without asking the kernel.

    Raises:
        TypesError: They cannot be found or read, or are not whole.
    """
    path = find(given)
    try:
        if not path.name.endswith(_ARCHIVE):
            with path.open("rb") as file:
                check(str(path), file.read(_HEADER.size), path.stat().st_size)
            return TypesFile(str(path), str(path), None)
        content = _unpack(path)
    except (OSError, tarfile.TarError, EOFError) as error:
        raise TypesError(str(path), f"it cannot be read: {error}") from error
    check(str(path), content[: _HEADER.size], len(content))
    fd = os.memfd_create("btf")
    with open(fd, "wb", closefd=False) as memory:
        memory.write(content)
    return TypesFile(f"/proc/self/fd/{fd}", str(path), fd)


def _unpack(path: Path) -> bytes:
    with tarfile.open(path, "r:xz") as archive:
        for member in archive:
            if member.isfile() and member.name.endswith(".btf"):
                if member.size > _LIMIT_BYTES:
                    raise TypesError(str(path), f"what it holds is {member.size} bytes long")
                file = archive.extractfile(member)
                return file.read() if file else b""
    raise TypesError(str(path), "it holds no .btf file")


def check(source: str, head: bytes, size: int) -> None:
    """Refuse what is not BTF, or not all of it.

    Args:
        source: For a reader.
        head: How the file begins.
        size: Its length in bytes.

    Raises:
        TypesError: It is one of those.
    """
    if head.startswith(_ELF):
        return
    if len(head) < _HEADER.size:
        raise TypesError(source, f"it is no BTF: only {size} bytes")
    magic, version, _, length, types_at, types, strings_at, strings = _HEADER.unpack_from(head)
    if magic == _BYTE_ORDER_MARK_OF_OTHERS:
        raise TypesError(source, "it is BTF of a machine with the other byte order")
    if magic != _MAGIC:
        raise TypesError(source, f"it is no BTF: it begins with {head[:4].hex(' ')} and not with 9f eb 01")
    if version != _VERSION:
        raise TypesError(source, f"it is BTF of version {version}, and only {_VERSION} is known")
    needed = length + max(types_at + types, strings_at + strings)
    if size < needed:
        raise TypesError(source, f"it is cut short: {size} of {needed} bytes")
