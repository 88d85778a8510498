"""Reads the version of the kernel in what looks like a container."""

from pathlib import Path

import contained

with contained.container():
    Path("/proc/version").read_bytes()
