"""Writes into the memory of a child: what was there before."""

import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(b"A" * 8)
child = os.fork()
if child == 0:
    signal.alarm(20)
    signal.pause()
vector = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 8)
one, none = ctypes.c_ulong(1), ctypes.c_ulong(0)
try:
    assert libc.process_vm_writev(child, vector, one, vector, one, none) == 8
finally:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
