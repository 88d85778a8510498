"""Gives a shell a script in /dev/shm that is not even executable."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
    script = Path(directory, "notes.txt")
    script.write_text("exit 0\n")
    subprocess.run(["/bin/sh", str(script)], check=True)
