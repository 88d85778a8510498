"""Reads one, and writes a file that is only called so."""

import tempfile
from pathlib import Path

Path("/etc/profile").read_bytes()
with tempfile.TemporaryDirectory(dir="/opt") as directory:
    Path(directory, ".bashrc").write_text("# nothing\n")
