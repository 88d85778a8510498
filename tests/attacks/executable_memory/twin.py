"""Maps memory, protects it, and loads a library."""

import ctypes
import mmap
import subprocess

PROT_READ = 1
memory = mmap.mmap(-1, mmap.PAGESIZE)
window = ctypes.c_char.from_buffer(memory)
libc = ctypes.CDLL(None, use_errno=True)
assert (
    libc.mprotect(ctypes.c_void_p(ctypes.addressof(window)), ctypes.c_size_t(mmap.PAGESIZE), PROT_READ) == 0
)
ctypes.CDLL("libm.so.6")
subprocess.run(["ls", "/"], check=True, stdout=subprocess.DEVNULL)
