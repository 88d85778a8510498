"""Reads the dynamic linker, and copies it elsewhere."""

import shutil
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    shutil.copy("/lib64/ld-linux-x86-64.so.2", Path(directory, "ld-linux-x86-64.so.2"))
