"""Prints a file beside the credentials, and reads these as the tools do."""

import subprocess
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as home:
    directory = Path(home, ".aws")
    directory.mkdir()
    for name in ["credentials", "config"]:
        Path(directory, name).touch()
    Path(directory, "credentials").read_bytes()
    subprocess.run(["cat", str(directory / "config")], check=True)
