"""Prints a file of credentials that has none."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as home:
    file = Path(home, ".aws", "credentials")
    file.parent.mkdir()
    file.touch()
    subprocess.run(["cat", str(file)], check=True)
