"""Runs a script in /var/tmp by its path."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/var/tmp") as directory:
    script = Path(directory, "a.sh")
    script.write_text("#!/bin/sh\nexit 0\n")
    script.chmod(0o755)
    subprocess.run([str(script)], check=True)
