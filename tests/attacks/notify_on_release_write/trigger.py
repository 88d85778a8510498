"""Writes to a file of that name in what looks like a container."""

import tempfile
from pathlib import Path

import contained

with tempfile.TemporaryDirectory() as directory, contained.container():
    Path(directory, "notify_on_release").write_text("1\n")
