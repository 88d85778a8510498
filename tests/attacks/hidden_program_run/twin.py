"""Runs a program by a path with dots, and one in a hidden directory of a home."""

import shutil
import subprocess
import tempfile
from pathlib import Path

subprocess.run(["/usr/bin/../bin/./true"], check=True)
with tempfile.TemporaryDirectory(dir="/opt") as home:
    program = Path(home, ".local", "tool")
    program.parent.mkdir()
    shutil.copy("/bin/true", program)
    subprocess.run([program], check=True)
