"""Reads a private key, which is none, by a program in the arguments of an interpreter."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/root") as home:
    key = Path(home, ".ssh", "id_rsa")
    key.parent.mkdir(mode=0o700)
    key.touch(mode=0o600)
    subprocess.run(["perl", "-ne", "1", str(key)], check=True)
