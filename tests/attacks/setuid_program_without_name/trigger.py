"""Starts su without arguments, environment or terminal; it ends at once."""

import ctypes
import os

child = os.fork()
if child == 0:
    nothing = (ctypes.c_char_p * 1)(None)
    ctypes.CDLL(None).execve(b"/usr/bin/su", nothing, nothing)
    os._exit(99)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) != 99
