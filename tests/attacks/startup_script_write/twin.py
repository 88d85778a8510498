"""Reads the scripts of the start, and writes elsewhere."""

import tempfile
from pathlib import Path

for file in Path("/etc/init.d").glob("*"):
    file.read_bytes()
with tempfile.TemporaryDirectory(dir="/opt") as directory:
    Path(directory, "rc.local").write_text("# nothing\n")
