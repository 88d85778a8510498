"""Looks whether there is an /etc/ld.so.preload, as the dynamic linker does, and writes another file."""

import contextlib
import tempfile
from pathlib import Path

with contextlib.suppress(FileNotFoundError):
    Path("/etc/ld.so.preload").read_bytes()
with tempfile.TemporaryDirectory() as directory:
    Path(directory, "ld.so.preload").write_text("")
