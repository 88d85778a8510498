"""Hides a child of its own, in a mount namespace of its own."""

import ctypes
import os
import signal

CLONE_NEWNS, MS_BIND, MS_REC, MS_PRIVATE = 0x20000, 0x1000, 0x4000, 1 << 18
libc = ctypes.CDLL(None, use_errno=True)
assert libc.unshare(CLONE_NEWNS) == 0
assert libc.mount(b"none", b"/", None, ctypes.c_ulong(MS_REC | MS_PRIVATE), None) == 0
child = os.fork()
if child == 0:
    signal.pause()
hidden = f"/proc/{child}".encode()
try:
    assert libc.mount(b"/proc/1", hidden, None, ctypes.c_ulong(MS_BIND), None) == 0, ctypes.get_errno()
    assert libc.umount(hidden) == 0
finally:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
