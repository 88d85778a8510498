"""Reads the hashes of passwords under a name that does not tell."""

import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    link = Path(directory, "notes")
    link.symlink_to("/etc/shadow")
    link.read_bytes()
