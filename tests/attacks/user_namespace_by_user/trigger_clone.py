"""As a user, starts a process in a user namespace of its own."""

import ctypes
import os
import signal

CLONE, CLONE_NEWUSER = 56, 0x10000000
os.setresuid(65534, 65534, 65534)
child = ctypes.CDLL(None).syscall(CLONE, CLONE_NEWUSER | signal.SIGCHLD, 0, 0, 0, 0)
if child == 0:
    os._exit(0)
if child > 0:  # where users may not, the attempt counts as well
    os.waitpid(child, 0)
