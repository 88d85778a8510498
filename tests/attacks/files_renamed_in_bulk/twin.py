"""Renames many files: written under another name first, and put aside."""

import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory(dir="/root") as directory:
    for number in range(60):
        file = Path(directory, f"{number}.tmp")
        file.touch()
        file.rename(Path(directory, f"{number}"))
        Path(directory, f"{number}").rename(Path(directory, f"{number}.bak"))
