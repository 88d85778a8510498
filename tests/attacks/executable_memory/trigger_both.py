"""Makes memory executable that it has written to and can still write to."""

import ctypes
import mmap

memory = mmap.mmap(-1, mmap.PAGESIZE)
memory.write(b"\xc3")
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
assert ctypes.CDLL(None).mprotect(ctypes.c_void_p(address), ctypes.c_size_t(mmap.PAGESIZE), 7) == 0
