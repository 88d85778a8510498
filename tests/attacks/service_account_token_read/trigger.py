"""Prints a token that has nothing in it."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as directory:
    token = Path(directory, "secrets/kubernetes.io/serviceaccount/token")
    token.parent.mkdir(parents=True)
    token.touch()
    subprocess.run(["cat", str(token)], check=True)
