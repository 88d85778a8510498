"""Copies a file for everybody into a hidden directory."""

import subprocess
import tempfile

with tempfile.TemporaryDirectory(dir="/tmp", prefix=".tracewire-") as directory:
    subprocess.run(["cp", "/etc/passwd", directory], check=True)
