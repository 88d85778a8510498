"""Attaches to a child, and lets it go."""

import ctypes
import os
import subprocess

ATTACH, DETACH = 16, 17
ptrace = ctypes.CDLL(None).ptrace
ptrace.argtypes = [ctypes.c_long] * 4
with subprocess.Popen(["sleep", "5"]) as child:
    assert ptrace(ATTACH, child.pid, 0, 0) == 0
    os.waitpid(child.pid, os.WUNTRACED)
    assert ptrace(DETACH, child.pid, 0, 0) == 0
    child.kill()
