"""Runs a copy of rm that removes itself."""

import shutil
import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    program = Path(directory, "remover")
    shutil.copy("/bin/rm", program)
    subprocess.run([program, program], check=True)
