"""Copies a file for everybody into a directory that is not hidden."""

import subprocess
import tempfile

with tempfile.TemporaryDirectory(dir="/tmp") as directory:
    subprocess.run(["cp", "/etc/passwd", directory], check=True)
