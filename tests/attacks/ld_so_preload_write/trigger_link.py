"""Puts a hard link to another file into the place of the list, and removes it."""

import os
import tempfile
from pathlib import Path

target = Path("/etc/ld.so.preload")
assert not target.exists()
descriptor, other = tempfile.mkstemp(dir="/etc", prefix="tracewire-trigger-")
os.close(descriptor)
try:
    os.link(other, target)
    target.unlink()
finally:
    Path(other).unlink()
