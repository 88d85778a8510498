"""Writes and reads a file in /tmp, and runs a program of the system with that as its directory."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/tmp") as directory:
    file = Path(directory, "notes.txt")
    file.write_text("hello\n")
    subprocess.run(["/bin/cat", str(file)], check=True, cwd=directory, stdout=subprocess.DEVNULL)
    subprocess.run(["../../bin/true"], check=True, cwd=directory)
