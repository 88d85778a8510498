"""Shreds a file of zeros."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    file = Path(directory, "zeros")
    file.write_bytes(bytes(4096))
    subprocess.run(["shred", "-u", str(file)], check=True)
