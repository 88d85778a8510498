"""Splits a file of zeros."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    Path(directory, "zeros").write_bytes(bytes(4096))
    subprocess.run(["split", "-b", "1K", "zeros"], check=True, cwd=directory)
