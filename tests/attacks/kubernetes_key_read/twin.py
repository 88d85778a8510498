"""Prints a certificate, and a key elsewhere."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    for name in ["ca.crt", "ca.key"]:
        file = Path(directory, name)
        file.touch()
        subprocess.run(["cat", str(file)], check=True)
