"""As a user, leaves the user namespace."""

import ctypes
import os

CLONE_NEWUSER = 0x10000000
os.setresuid(65534, 65534, 65534)
ctypes.CDLL(None).unshare(CLONE_NEWUSER)  # where users may not, the attempt counts as well
