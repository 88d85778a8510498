"""Writes one instruction into memory and makes that executable."""

import ctypes
import mmap

PROT_READ_EXEC = 5
memory = mmap.mmap(-1, mmap.PAGESIZE)
memory.write(b"\xc3")
window = ctypes.c_char.from_buffer(memory)
libc = ctypes.CDLL(None, use_errno=True)
result = libc.mprotect(
    ctypes.c_void_p(ctypes.addressof(window)), ctypes.c_size_t(mmap.PAGESIZE), PROT_READ_EXEC
)
assert result == 0, ctypes.get_errno()
