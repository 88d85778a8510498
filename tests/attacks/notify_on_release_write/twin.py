"""Writes to it on the host, and reads it in what looks like a container."""

import tempfile
from pathlib import Path

import contained

with tempfile.TemporaryDirectory() as directory:
    file = Path(directory, "notify_on_release")
    file.write_text("0\n")
    with contained.container():
        file.read_text()
