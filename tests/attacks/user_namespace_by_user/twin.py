"""As root, leaves the mount namespace and the user namespace."""

import ctypes

CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
libc = ctypes.CDLL(None)
assert libc.unshare(CLONE_NEWNS) == 0
libc.unshare(CLONE_NEWUSER)
