"""Names itself after what it does."""

import ctypes

PR_SET_NAME = 15
assert ctypes.CDLL(None).prctl(PR_SET_NAME, b"worker-1") == 0
