"""Runs a copy of a program in /tmp many times, and removes it each time after it has ended."""

import shutil
import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/tmp") as directory:
    program = Path(directory, "x")
    for _ in range(20):
        shutil.copy("/bin/true", program)
        subprocess.run([str(program)], check=True)
        program.unlink()
