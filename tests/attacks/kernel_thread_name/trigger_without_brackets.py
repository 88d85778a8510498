"""Names itself as the kernel does one of its threads."""

import ctypes

PR_SET_NAME = 15
assert ctypes.CDLL(None).prctl(PR_SET_NAME, b"kworker/u8:3") == 0
