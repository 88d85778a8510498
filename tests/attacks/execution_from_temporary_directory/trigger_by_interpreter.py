"""Gives a shell a script in /tmp, by a relative path."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/tmp") as directory:
    Path(directory, "x").write_text(":\n")
    subprocess.run(["sh", "-e", "x"], cwd=directory, check=True)
