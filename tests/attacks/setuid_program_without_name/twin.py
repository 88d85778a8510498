"""Starts su as it should be, and another program without arguments."""

import ctypes
import os
import subprocess

subprocess.run(["/usr/bin/su", "--version"], check=True, stdout=subprocess.DEVNULL)
child = os.fork()
if child == 0:
    nothing = (ctypes.c_char_p * 1)(None)
    ctypes.CDLL(None).execve(b"/usr/bin/true", nothing, nothing)
    os._exit(99)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 0
