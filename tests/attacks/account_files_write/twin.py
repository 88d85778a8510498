"""Reads the list of accounts, and writes a copy."""

import shutil
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    shutil.copy("/etc/passwd", Path(directory, "passwd"))
