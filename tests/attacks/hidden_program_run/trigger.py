"""Runs a copy of true under a hidden name."""

import shutil
import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/opt") as directory:
    program = Path(directory, ".updater")
    shutil.copy("/bin/true", program)
    subprocess.run([program], check=True)
