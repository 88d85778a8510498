"""Asks the kernel to load a module from memory that is none; it refuses."""

import ctypes

NR_INIT_MODULE = 175  # x86_64
not_a_module = ctypes.create_string_buffer(b"nothing")
assert ctypes.CDLL(None).syscall(NR_INIT_MODULE, not_a_module, ctypes.c_ulong(7), b"") == -1
