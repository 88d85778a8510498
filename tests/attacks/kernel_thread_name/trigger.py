"""Names itself as ps shows a thread of the kernel."""

import ctypes

PR_SET_NAME = 15
assert ctypes.CDLL(None).prctl(PR_SET_NAME, b"[kworker/0:1]") == 0
