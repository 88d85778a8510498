"""Names the program that the kernel would run on the host; no cgroup ever becomes empty."""

import contextlib
import ctypes
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x20000, 0x4000, 1 << 18
libc = ctypes.CDLL(None, use_errno=True)


def checked(result: int) -> None:
    if result:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


@contextlib.contextmanager
def hierarchy() -> Iterator[Path]:
    """A cgroup hierarchy of version 1 of this process's own, that nobody else sees."""
    checked(libc.unshare(CLONE_NEWNS))
    checked(libc.mount(b"none", b"/", None, ctypes.c_ulong(MS_REC | MS_PRIVATE), None))
    with tempfile.TemporaryDirectory() as directory:
        options = f"none,name=tracewire{os.getpid()}".encode()
        checked(libc.mount(b"cgroup", directory.encode(), b"cgroup", ctypes.c_ulong(0), options))
        try:
            yield Path(directory)
        finally:
            checked(libc.umount(directory.encode()))


with hierarchy() as cgroups:
    agent = cgroups / "release_agent"
    agent.write_text("/bin/true")
    agent.write_text("\n")
