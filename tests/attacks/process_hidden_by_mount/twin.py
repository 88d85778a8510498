"""Mounts one directory over another, in a mount namespace of its own."""

import ctypes
import tempfile
from pathlib import Path

CLONE_NEWNS, MS_BIND, MS_REC, MS_PRIVATE = 0x20000, 0x1000, 0x4000, 1 << 18
libc = ctypes.CDLL(None, use_errno=True)
assert libc.unshare(CLONE_NEWNS) == 0
assert libc.mount(b"none", b"/", None, ctypes.c_ulong(MS_REC | MS_PRIVATE), None) == 0
with tempfile.TemporaryDirectory() as directory:
    one, other = Path(directory, "1"), Path(directory, "2")
    one.mkdir()
    other.mkdir()
    assert libc.mount(bytes(one), bytes(other), None, ctypes.c_ulong(MS_BIND), None) == 0
    assert libc.umount(bytes(other)) == 0
