"""Puts a program into the home of root, makes it executable and runs it."""

import shutil
import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/root") as directory:
    program = Path(directory, "x")
    shutil.copyfile("/bin/true", program)
    subprocess.run(["/bin/chmod", "+x", str(program)], check=True)
    subprocess.run([str(program)], check=True)
