"""Copies a private key of somebody's, which is none."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/root") as home:
    key = Path(home, ".ssh", "id_ed25519")
    key.parent.mkdir(mode=0o700)
    key.touch(mode=0o600)
    subprocess.run(["cp", str(key), "copy"], check=True)
