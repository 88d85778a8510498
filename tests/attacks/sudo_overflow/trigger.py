"""Runs a copy of true under the name of sudoedit with such arguments."""

import shutil
import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/opt") as directory:
    program = Path(directory, "sudoedit")
    shutil.copy("/bin/true", program)
    subprocess.run([program, "-s", "\\"], check=True)
