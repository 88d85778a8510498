"""In what looks like a container, enters the network namespace that it is in."""

import ctypes
from pathlib import Path

import contained

with contained.container(), Path("/proc/self/ns/net").open() as namespace:
    assert ctypes.CDLL(None).setns(namespace.fileno(), 0) == 0
