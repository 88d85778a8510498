"""Runs a copy of true under a name of its own, and a test."""

import shutil
import subprocess
import tempfile
from pathlib import Path

subprocess.run(["[", "-d", "/", "]"], check=True)
with tempfile.TemporaryDirectory() as directory:
    program = Path(directory, "crontest")
    shutil.copy("/bin/true", program)
    subprocess.run([program], check=True)
