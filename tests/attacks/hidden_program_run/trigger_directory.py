"""Runs a script in a hidden directory that everybody can write to."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/var/tmp", prefix=".cache-") as directory:
    script = Path(directory, "run.sh")
    script.write_text("#!/bin/sh\nexit 0\n")
    script.chmod(0o755)
    subprocess.run([script], check=True)
