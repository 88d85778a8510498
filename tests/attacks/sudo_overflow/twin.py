"""The same with ordinary ones."""

import shutil
import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/opt") as directory:
    program = Path(directory, "sudo")
    shutil.copy("/bin/true", program)
    subprocess.run([program, "-s"], check=True)
