"""Enters the network namespace that it is in, on the host."""

import ctypes
from pathlib import Path

import contained

with contained.container():
    Path("/proc/self/ns/net").readlink()
with Path("/proc/self/ns/net").open() as namespace:
    assert ctypes.CDLL(None).setns(namespace.fileno(), 0) == 0
