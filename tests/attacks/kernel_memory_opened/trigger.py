"""In what looks like a container, opens the kernel's memory or, without one, a file that stands in for it."""

import tempfile
from pathlib import Path

import contained

real = Path("/proc/kcore")
with tempfile.TemporaryDirectory() as directory:
    stand_in = Path(directory, "proc", "kcore")
    stand_in.parent.mkdir()
    stand_in.touch()
    with contained.container(), (real if real.exists() else stand_in).open("rb") as memory:
        memory.read(64)
