"""Puts a directory over the one of a process in /proc with move_mount, and takes it away."""

import ctypes
import subprocess

AT_FDCWD, OPEN_TREE_CLONE, MOVE_MOUNT_F_EMPTY_PATH, MNT_DETACH = -100, 1, 4, 2
OPEN_TREE, MOVE_MOUNT = 428, 429  # arch/x86/entry/syscalls/syscall_64.tbl

libc = ctypes.CDLL(None, use_errno=True)
with subprocess.Popen(["sleep", "30"]) as hidden:
    place = f"/proc/{hidden.pid}".encode()
    tree = libc.syscall(OPEN_TREE, AT_FDCWD, b"/mnt", OPEN_TREE_CLONE)
    assert tree >= 0, ctypes.get_errno()
    assert libc.syscall(MOVE_MOUNT, tree, b"", AT_FDCWD, place, MOVE_MOUNT_F_EMPTY_PATH) == 0, (
        ctypes.get_errno()
    )
    assert libc.umount2(place, MNT_DETACH) == 0
    hidden.kill()
