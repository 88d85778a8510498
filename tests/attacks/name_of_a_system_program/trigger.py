"""Runs a copy of true under the name of the cron daemon."""

import shutil
import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    program = Path(directory, "crond")
    shutil.copy("/bin/true", program)
    subprocess.run([program], check=True)
