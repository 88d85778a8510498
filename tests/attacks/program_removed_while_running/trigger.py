"""Starts a copy of a program in /tmp, and has another program remove it before it ends."""

import shutil
import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/tmp") as directory:
    program = Path(directory, "x")
    shutil.copy("/bin/cat", program)
    with subprocess.Popen([str(program)], stdin=subprocess.PIPE) as running:
        subprocess.run(["/bin/rm", str(program)], check=True)
