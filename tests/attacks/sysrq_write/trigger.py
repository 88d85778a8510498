"""Asks the kernel for its list of letters; where it has none, writes to a file that stands in for it."""

import tempfile
from pathlib import Path

real = Path("/proc/sysrq-trigger")
with tempfile.TemporaryDirectory() as directory:
    stand_in = Path(directory, "proc", "sysrq-trigger")
    stand_in.parent.mkdir()
    with (real if real.exists() else stand_in).open("w") as file:
        file.write("h")
