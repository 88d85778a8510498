"""Reads its own there, and its parent's on the host."""

import os
from pathlib import Path

import contained

with contained.container():
    Path("/proc/self/environ").read_bytes()
Path(f"/proc/{os.getppid()}/environ").read_bytes()
