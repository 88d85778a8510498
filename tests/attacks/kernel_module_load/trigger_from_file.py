"""Asks the kernel to load a module from a file that is none; it refuses."""

import ctypes
import tempfile

NR_FINIT_MODULE = 313  # x86_64
with tempfile.NamedTemporaryFile(suffix=".ko") as not_a_module:
    assert ctypes.CDLL(None).syscall(NR_FINIT_MODULE, not_a_module.fileno(), b"", 0) == -1
