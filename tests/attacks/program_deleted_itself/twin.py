"""Removes a copy of a program that does not run."""

import shutil
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    program = Path(directory, "sleeper")
    shutil.copy("/bin/sleep", program)
    program.unlink()
